from django.urls import path

from . import views

urlpatterns = [
    path("", views.page, name="page"),
    path("gpu/", views.gpu_page, name="gpu"),
    path("request/", views.request_page, name="request"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
