"""A part of a multipart upload to S3 or a compatible store, with a presigned URL.

The page needs the `ETag` of each part to complete the upload. S3 sends it with every part that it stores.
"""

from __future__ import annotations

from typing import Final

from hdrcli.profiles.profile import Profile, Step

PROFILE: Final = Profile(
    name="s3-upload",
    title="S3 multipart upload with presigned URLs",
    url="a presigned URL of PutObject or UploadPart",
    note="It stores an object or a part of 6 bytes at the URL.",
    steps=(
        Step(
            name="part",
            method="PUT",
            body="hdrcli",
            statuses=("200",),
            reads=("ETag",),
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html#API_UploadPart_ResponseSyntax",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html",
        "https://uppy.io/docs/aws-s3/#setting-up-your-s3-bucket",
    ),
)
