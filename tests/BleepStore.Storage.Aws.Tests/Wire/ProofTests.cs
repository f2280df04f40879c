using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Wire;

/// <summary>An answer of status 200 that does not come from S3 is no success, because a proxy or a login page also answers 200.</summary>
public sealed class ProofTests
{
    private const string Md5OfHello = "5d41402abc4b2a76b9719d911017c592";
    private const string Token = "AAAAAAAAAAAAAAAAAAAAAA";

    private static readonly byte[] Hello = "hello"u8.ToArray();

    private static readonly Dictionary<string, Func<HttpResponseMessage>> Foreign = new(StringComparer.Ordinal)
    {
        ["nothing"] = static () => StubAnswer.Foreign(200),
        ["html"] = static () => StubAnswer.Html("<!DOCTYPE html><html><body><p>Log in<br></body></html>", 200),
        ["xhtml"] = static () => StubAnswer.Html("<html><body><IsTruncated>false</IsTruncated><Key>bucket/key</Key></body></html>", 200),
        ["text"] = static () => StubAnswer.Html("OK", 200),
    };

    private static readonly string[] Answers = [.. Foreign.Keys];

    private static readonly string[] Writes =
    [
        "put",
        "conditional put",
        "delete",
        "conditional delete",
        "copy",
        "begin",
        "part",
        "copy part",
        "complete",
        "abort",
        "create bucket",
        "delete bucket",
    ];

    private static readonly string[] Reads =
        ["head", "get", "list", "list parts", "list uploads", "list buckets", "bucket exists", "check"];

    [Test]
    public async Task A_write_whose_answer_is_not_S3s_is_no_success(
        [ValueSource(nameof(Writes))] string operation, [ValueSource(nameof(Answers))] string answer)
    {
        foreach ((bool isGiven, bool isPerBucket) in Clients)
        {
            var wire = new StubTransport(request => AsS3(request, operation, isPerBucket) ?? Foreign[answer]());

            StorageException error = await StorageAssert.FailsAsync(
                StorageErrorCode.ServiceUnavailable, () => RunAsync(CreateStore(wire, isGiven, isPerBucket), operation));

            Assert.That(error.IsOutcomeUnknown, Is.True, error.Message);
            Assert.That(error.Message, Does.Contain("proxy"));
        }
    }

    [Test]
    public async Task A_read_whose_answer_is_not_S3s_is_no_success(
        [ValueSource(nameof(Reads))] string operation, [ValueSource(nameof(Answers))] string answer)
    {
        foreach ((bool isGiven, bool isPerBucket) in Clients)
        {
            var wire = new StubTransport(_ => Foreign[answer]());

            StorageException error = await StorageAssert.FailsAsync(
                StorageErrorCode.ServiceUnavailable, () => RunAsync(CreateStore(wire, isGiven, isPerBucket), operation));

            Assert.That(error.IsOutcomeUnknown, Is.False, error.Message);
        }
    }

    /// <summary>With the elements of a listing, in a document of another kind. Only our own pipeline sees the root.</summary>
    [TestCase("list")]
    [TestCase("list parts")]
    [TestCase("list uploads")]
    [TestCase("list buckets")]
    public async Task A_document_of_another_kind_is_no_listing(string operation)
    {
        var wire = new StubTransport(
            static _ => StubAnswer.Xml("<Welcome><IsTruncated>false</IsTruncated><Name>upstream</Name><Buckets/></Welcome>"));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.ServiceUnavailable,
            () => RunAsync(CreateStore(wire, isGiven: false, isPerBucket: operation == "list buckets"), operation));

        Assert.That(error.Message, Does.Contain("Result").And.Contain("proxy"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_document_that_breaks_off_is_no_listing(bool isGiven)
    {
        var wire = new StubTransport(static _ => StubAnswer.Xml("<ListBucketResult><IsTruncated>false</IsTruncated>"));

        await StorageAssert.FailsAsync(
            StorageErrorCode.ServiceUnavailable, () => RunAsync(CreateStore(wire, isGiven, isPerBucket: false), "list"));
    }

    [Test]
    public async Task A_bucket_is_not_deleted_when_its_listing_is_not_S3s([ValueSource(nameof(Answers))] string answer)
    {
        foreach ((bool isGiven, bool isPerBucket) in Clients)
        {
            var wire = new StubTransport(request => request.Method switch
            {
                "HEAD" => StubAnswer.Object([], StubAnswer.Md5OfNothing),
                "GET" => Foreign[answer](),
                _ => StubAnswer.Bare(204),
            });

            await StorageAssert.FailsAsync(
                StorageErrorCode.ServiceUnavailable, () => CreateStore(wire, isGiven, isPerBucket).DeleteBucketAsync("bucket"));

            Assert.That(wire.Sent.Select(static sent => sent.Method), Has.None.EqualTo("DELETE"));
        }
    }

    [Test]
    public async Task Keys_of_a_batch_are_deleted_only_when_the_answer_names_them([Values] bool isGiven)
    {
        foreach (string answer in Answers.Append("empty"))
        {
            var wire = new StubTransport(_ => answer == "empty" ? StubAnswer.Xml("<DeleteResult/>") : Foreign[answer]());
            Bucket bucket = CreateStore(wire, isGiven, isPerBucket: false).GetBucket("bucket");
            List<StorageException> failures = [];
            try
            {
                failures.AddRange((await bucket.DeleteManyAsync(["a", "b"])).Failures.Select(static failure => failure.Error));
                Assert.That(failures, Has.Count.EqualTo(2), answer);
            }
            catch (StorageException whole)
            {
                failures.Add(whole);
            }

            Assert.That(
                failures.Select(static error => (error.Code, error.IsOutcomeUnknown)),
                Is.All.EqualTo((StorageErrorCode.ServiceUnavailable, true)),
                answer);
        }
    }

    [Test]
    public async Task An_error_of_a_key_that_nobody_asked_for_is_reported_for_the_keys_without_an_entry()
    {
        var wire = new StubTransport(StubAnswer.Xml(
            "<DeleteResult><Deleted><Key>bucket/a</Key></Deleted><Error><Key>bucket%2Fb</Key><Code>AccessDenied</Code><Message>Told by " +
            "the stub.</Message></Error></DeleteResult>"));

        DeleteManyResult result = await wire.CreateBucket().DeleteManyAsync(["a", "b"]);

        Assert.That(
            result.Failures.Select(static failure => (failure.Key, failure.Error.Code)),
            Is.EqualTo(new[] { ("b", StorageErrorCode.AccessDenied) }));
    }

    /// <summary>Ceph's answer to a completion has no ETag. Whose object there is, only a HEAD tells.</summary>
    [TestCase("BBBBBBBBBBBBBBBBBBBBBB", "made-2", false)]
    [TestCase(null, null, false)]
    [TestCase("BBBBBBBBBBBBBBBBBBBBBB", "made-2", true)]
    [TestCase(null, null, true)]
    public async Task A_completion_that_left_another_writes_object_and_told_no_ETag_is_of_unknown_outcome(
        string? token, string? etag, bool isGiven)
    {
        var wire = new StubTransport(request => AsS3(request, "complete", isPerBucket: false) ?? (request.Kind == "HEAD"
            ? etag is null
                ? StubAnswer.Bare(request.Uri.AbsolutePath == "/" ? 200 : 404)
                : StubAnswer.Object(Hello, etag, ("bleepstoretoken", token!))
            : StubAnswer.Xml(
                "<CompleteMultipartUploadResult><Location>/upstream/bucket/key</Location><Key>bucket/key</Key></CompleteMultipartUploadResult>")));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.OperationAborted, () => RunAsync(CreateStore(wire, isGiven, isPerBucket: false), "complete"));

        Assert.That(error.IsOutcomeUnknown, Is.True);
    }

    [Test]
    public async Task A_completion_under_S3s_own_id_without_an_ETag_is_recognised_by_the_ETag_of_its_parts([Values] bool isOurs)
    {
        const string composite = "ac78b03d04f0a3ad96c7aa26ba02d5b9-1";
        string made = isOurs ? ExpectedETag.Composite(Hello) : composite;
        var wire = new StubTransport(request => request.Kind == "HEAD"
            ? StubAnswer.Object(Hello, made)
            : StubAnswer.Xml("<CompleteMultipartUploadResult><Key>bucket/key</Key></CompleteMultipartUploadResult>"));
        Task<ObjectProperties> CompleteAsync() => wire.CreateBucket().GetMultipartUpload("key", "upload-1").CompleteAsync([new PartInfo
        {
            PartNumber = 1,
            ETag = Md5OfHello,
        }]);

        if (isOurs)
        {
            Assert.That((await CompleteAsync()).ETag, Is.EqualTo(made));
        }
        else
        {
            Assert.That((await StorageAssert.FailsAsync(StorageErrorCode.OperationAborted, CompleteAsync)).IsOutcomeUnknown, Is.True);
        }
    }

    [Test]
    public async Task A_copy_that_left_another_writes_object_and_told_no_ETag_is_of_unknown_outcome()
    {
        var wire = new StubTransport(request => request.Kind == "HEAD"
            ? StubAnswer.Object(
                Hello,
                request.Uri.AbsolutePath.EndsWith("/source", StringComparison.Ordinal) ? Md5OfHello : "other",
                ("bleepstoretoken", Token))
            : StubAnswer.Xml("<CopyObjectResult><LastModified>2026-11-22T10:00:03.000Z</LastModified></CopyObjectResult>"));
        Bucket bucket = wire.CreateBucket();

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.OperationAborted, () =>
                bucket.CopyAsync(new ObjectAddress("bucket", "source"), "key", new CopyOptions { IfAbsent = true }));

        Assert.That(error.IsOutcomeUnknown, Is.True);
    }

    /// <summary>Amazon's S3 sends white space while it completes a large upload.</summary>
    [Test]
    public async Task White_space_before_a_document_is_no_fault()
    {
        var wire = new StubTransport(request =>
        {
            HttpResponseMessage answer = StubAnswer.Bare(200);
            answer.Content = new StringContent(request.Kind == "HEAD"
                ? ""
                : "\n  \n <?xml version=\"1.0\" encoding=\"UTF-8\"?>\n " +
                    "\n<CompleteMultipartUploadResult><ETag>\"made-1\"</ETag></CompleteMultipartUploadResult>");
            return request.Kind == "HEAD" ? StubAnswer.Bare(403) : answer;
        });

        Assert.That((await wire.CreateBucket().GetMultipartUpload("key", "upload-1").CompleteAsync([new PartInfo
        {
            PartNumber = 1,
            ETag = Md5OfHello,
        }])).ETag, Is.EqualTo("made-1"));
    }

    private static (bool IsGiven, bool IsPerBucket)[] Clients => [(false, false), (false, true), (true, false), (true, true)];

    /// <summary>The answers of S3 to the requests before the tested one.</summary>
    private static HttpResponseMessage? AsS3(SentRequest request, string operation, bool isPerBucket) => (operation, request.Kind) switch
    {
        ("copy" or "copy part", "HEAD") => StubAnswer.Object(Hello, Md5OfHello),
        ("create bucket", "HEAD") when isPerBucket => StubAnswer.Bare(404),
        ("delete bucket", "HEAD") => StubAnswer.Object([], StubAnswer.Md5OfNothing),
        ("delete bucket", "GET") =>
            StubAnswer.Xml("<ListVersionsResult><Name>bucket</Name><IsTruncated>false</IsTruncated></ListVersionsResult>"),
        ("complete", "GET upload") =>
            StubAnswer.Xml("<ListPartsResult><UploadId>upload-1</UploadId><IsTruncated>false</IsTruncated></ListPartsResult>"),
        ("delete bucket", "GET list") =>
            StubAnswer.Xml("<ListBucketResult><Name>upstream</Name><IsTruncated>false</IsTruncated></ListBucketResult>"),
        ("delete bucket", "GET uploads") => StubAnswer.Xml(
            "<ListMultipartUploadsResult><Bucket>upstream</Bucket><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>"),
        _ => null,
    };

    private static ObjectStore CreateStore(StubTransport wire, bool isGiven, bool isPerBucket)
    {
        void Configure(AwsBackendOptions options) =>
            (options.Bucket, options.BucketMapping) =
                isPerBucket ? (null, AwsBucketMapping.ContainerPerBucket) : ("upstream", AwsBucketMapping.SharedContainer);
        return isGiven ? wire.CreateGivenStore(Configure) : wire.CreateStore(Configure);
    }

    private static Task RunAsync(ObjectStore store, string operation)
    {
        Bucket bucket = store.GetBucket("bucket");
        MultipartUpload upload = bucket.GetMultipartUpload("key", $"{Token}.upload-1");
        return operation switch
        {
            "put" => bucket.PutAsync("key", Hello),
            "conditional put" => bucket.PutAsync("key", Hello, new PutOptions { IfAbsent = true }),
            "delete" => bucket.DeleteAsync("key"),
            "conditional delete" => bucket.DeleteAsync("key", new DeleteOptions { IfMatch = "abc" }),
            "copy" => bucket.CopyAsync(new ObjectAddress("bucket", "source"), "key"),
            "begin" => bucket.CreateMultipartUploadAsync("key"),
            "part" => upload.UploadPartAsync(1, Hello),
            "copy part" => upload.CopyPartAsync(1, new ObjectAddress("bucket", "source")),
            "complete" => upload.CompleteAsync([new PartInfo { PartNumber = 1, ETag = Md5OfHello }]),
            "abort" => upload.AbortAsync(),
            "create bucket" => store.CreateBucketAsync("bucket"),
            "delete bucket" => store.DeleteBucketAsync("bucket"),
            "head" => bucket.HeadAsync("key"),
            "get" => bucket.GetAsync("key"),
            "list" => bucket.ListPageAsync(),
            "list parts" => upload.ListPartsAsync().ToListAsync().AsTask(),
            "list uploads" => bucket.ListMultipartUploadsAsync().ToListAsync().AsTask(),
            "list buckets" => store.ListBucketsAsync().ToListAsync().AsTask(),
            "bucket exists" => store.BucketExistsAsync("bucket"),
            "check" => store.CheckAsync(),
            _ => throw new ArgumentException(operation, nameof(operation)),
        };
    }
}
