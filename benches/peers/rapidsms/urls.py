"""The webhook, at the address and with the fields the same client uses for relais; and what was counted."""

from django.http import HttpResponse
from django.urls import path
from rapidsms.backends.http.views import GenericHttpBackendView

from screening.models import Report, Sums


class Webhook(GenericHttpBackendView):
    http_method_names = ["post"]
    params = {"identity_name": "from", "text_name": "text"}


def counted(request):
    """`reports screened`: every report once, and the sum of the country."""
    country = Sums.objects.filter(place__parent=None).first()
    return HttpResponse(f"{Report.objects.count()} {country.t if country else 0}")


urlpatterns = [
    path("in/at/0123456789abcdef/sms", Webhook.as_view(backend_name="at")),
    path("counted", counted),
]
