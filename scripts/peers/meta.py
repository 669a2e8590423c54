"""Meta's bodies by facebook-business.

python meta.py FACTS
"""
import json
import os
import sys

from facebook_business.adobjects.serverside.action_source import ActionSource
from facebook_business.adobjects.serverside.app_data import AppData
from facebook_business.adobjects.serverside.content import Content
from facebook_business.adobjects.serverside.custom_data import CustomData
from facebook_business.adobjects.serverside.event import Event
from facebook_business.adobjects.serverside.event_request import EventRequest
from facebook_business.adobjects.serverside.extended_device_info import ExtendedDeviceInfo
from facebook_business.adobjects.serverside.gender import Gender
from facebook_business.adobjects.serverside.user_data import UserData

# Meta's names of the events; the caller of the SDK has to know them.
NAMES = {
    "add_to_cart": "AddToCart", "complete_registration": "CompleteRegistration",
    "initiate_checkout": "InitiateCheckout", "lead": "Lead", "page_view": "PageView",
    "purchase": "Purchase", "refund": "Refund", "search": "Search",
}

# Meta's numbers of states that the facts name, for limited data use.
STATES = {"CA": 1000}

LISTS = {
    "email": "emails", "phone": "phones", "first_name": "first_names", "last_name": "last_names",
    "date_of_birth": "dates_of_birth", "city": "cities", "region": "states",
    "postal_code": "zip_codes", "country": "country_codes", "external_id": "external_ids",
}

INFO = (
    "ext_info_version", "app_package_name", "short_version", "long_version", "os_version",
    "device_model_name", "locale", "timezone_abbreviation", "carrier", "screen_width",
    "screen_height", "screen_density", "cpu_core_count", "total_disk_space_gb",
    "free_disk_space_gb", "device_time_zone",
)


def build(fact):
    """The event of a fact as the SDK's request writes it: a list of JSON texts."""
    event, permit = fact["event"], fact.get("permit", {})
    made = Event(
        event_name=NAMES.get(event["event_name"], event["event_name"]),
        event_time=event["event_time"],
        event_id=event.get("event_id"),
        event_source_url=event.get("event_source_url"),
        referrer_url=event.get("referrer_url"),
        action_source=ActionSource(event.get("action_source", "website")),
        user_data=user_data(event),
    )
    if "custom_data" in event:
        made.custom_data = custom_data(event["custom_data"])
    if "app" in event:
        made.app_data = app_data(event["app"])
    if permit.get("decision") == "limited":
        made.data_processing_options = ["LDU"]
        made.data_processing_options_country = 1
        made.data_processing_options_state = STATES[permit["region"]]
    return EventRequest(pixel_id="1234567890", events=[made]).normalize()


def user_data(event):
    user, client = event.get("user", {}), event.get("client", {})
    clicks, browser = event.get("click_ids", {}), event.get("browser_ids", {})
    several = {}
    for key, name in LISTS.items():
        if key in user:
            several[name] = user[key] if isinstance(user[key], list) else [user[key]]
    if "gender" in user:
        # The SDK takes its own enumeration, whose values are letters.
        several["genders"] = [Gender(user["gender"].lower())]
    return UserData(
        client_ip_address=client.get("ip"),
        client_user_agent=client.get("user_agent"),
        fbc=clicks.get("fbc"),
        fbp=browser.get("fbp"),
        madid=user.get("mobile_ad_id"),
        **several,
    )


def custom_data(custom):
    return CustomData(
        value=amount(custom.get("value")),
        currency=custom.get("currency"),
        order_id=custom.get("order_id"),
        content_type=custom.get("content_type"),
        num_items=custom.get("num_items"),
        search_string=custom.get("search_string"),
        status=custom.get("status"),
        contents=[content(item) for item in custom["items"]] if "items" in custom else None,
        custom_properties=custom.get("properties", {}),
    )


def content(item):
    return Content(
        product_id=item.get("id"),
        title=item.get("name"),
        category=item.get("category"),
        brand=item.get("brand"),
        quantity=item.get("quantity"),
        item_price=amount(item.get("price")),
    )


def app_data(app):
    return AppData(
        advertiser_tracking_enabled=app["advertiser_tracking_enabled"],
        application_tracking_enabled=app["application_tracking_enabled"],
        extinfo=ExtendedDeviceInfo(**dict(zip(INFO, app["extinfo"]))),
    )


def amount(value):
    """An amount as the SDK takes it."""
    return None if value is None else float(value)


def answer(fact):
    """What the SDK sends, or that it refused. Messages are left out: they hold input."""
    try:
        return {"body": {"data": [json.loads(text) for text in build(fact)]}}
    except Exception as error:  # the SDK raises TypeError, ValueError and plain Exception
        if os.environ.get("PEERS_DEBUG"):
            print(fact["fact"], error, file=sys.stderr)
        return {"refused": type(error).__name__}


def main():
    with open(sys.argv[1], encoding="utf-8") as facts:
        for line in facts:
            fact = json.loads(line)
            named = {"fact": fact["fact"], "peer": "meta-python", "platform": "meta"}
            print(json.dumps({**named, **answer(fact)}, ensure_ascii=False))


if __name__ == "__main__":
    main()
