"""What a review that ends with approval does. Wagtail reads it before any model is there."""


def finish_review(review, user=None) -> None:
    """For WAGTAIL_FINISH_WORKFLOW_ACTION: publish the page, unless it goes together with others."""
    from content.translation.together import approving

    approving.finish_review(review, user)
