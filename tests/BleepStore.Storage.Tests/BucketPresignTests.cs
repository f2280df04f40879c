using BleepStore.Storage.Backends;
using BleepStore.Storage.Tests.Support;
using NSubstitute;
using NSubstitute.Extensions;

namespace BleepStore.Storage.Tests;

public class BucketPresignTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly PresignedUrl Signed =
        new() { Url = new Uri("https://example.com/k?sig=secret"), Method = "GET", ExpiresAt = default };

    [Test]
    public async Task The_backend_gets_a_checked_request()
    {
        (Bucket bucket, StorageBackend backend) = Prepare();

        await bucket.PresignAsync(
            "k",
            PresignMethod.Put,
            TimeSpan.FromSeconds(59.9),
            new PresignOptions
            {
                ContentType = "",
                Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["Author"] = "Zoë" },
            });

        await backend.Received(1).PresignAsync(
            Arg.Is<PresignRequest>(static request =>
                request.Bucket == Stores.Bucket
                && request.Key == "k"
                && request.Method == PresignMethod.Put
                && request.ExpiresIn == TimeSpan.FromSeconds(59)
                && request.Options.ContentType == null
                && request.Options.Metadata.Keys.Single() == "author"),
            CancellationToken.None);
    }

    [TestCase(0.99)]
    [TestCase(0)]
    [TestCase(-1)]
    [TestCase((7 * 24 * 60 * 60) + 1)]
    public async Task Less_than_a_second_and_more_than_seven_days_are_refused(double seconds)
    {
        (Bucket bucket, StorageBackend backend) = Prepare();
        var time = TimeSpan.FromSeconds(seconds);

        await Catch.AsyncAs<ArgumentOutOfRangeException>(() => bucket.PresignAsync("k", PresignMethod.Get, time));
        await Catch.AsyncAs<ArgumentOutOfRangeException>(() => bucket.PresignPostAsync("k", time));
        await Catch.AsyncAs<ArgumentOutOfRangeException>(() => bucket.GetMultipartUpload("k", "id").PresignPartAsync(1, time));

        Assert.That(
            backend.ReceivedCalls().Where(static call => call.GetMethodInfo().Name.StartsWith("Presign", StringComparison.Ordinal)),
            Is.Empty);
    }

    [TestCase(1)]
    [TestCase(7 * 24 * 60 * 60)]
    public async Task One_second_and_seven_days_are_allowed(double seconds)
    {
        (Bucket bucket, _) = Prepare();

        Assert.That(await bucket.PresignAsync("k", PresignMethod.Get, TimeSpan.FromSeconds(seconds)), Is.EqualTo(Signed));
    }

    [Test]
    public async Task What_does_not_belong_to_the_method_is_refused([Values] PresignMethod method)
    {
        (Bucket bucket, _) = Prepare();
        PresignOptions[] ofRequests =
        [
            new() { ContentType = "a/b" },
            new() { ContentLength = 0 },
            new() { ContentMd5 = new byte[16] },
            new() { Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = "b" } },
        ];
        PresignOptions[] ofAnswers =
        [
            new() { ResponseContentType = "a/b" },
            new() { ResponseContentDisposition = "inline" },
            new() { ResponseCacheControl = "no-store" },
        ];
        bool reads = method is PresignMethod.Get or PresignMethod.Head;

        await CheckAsync(ofRequests, isAllowed: method == PresignMethod.Put);
        await CheckAsync(ofAnswers, isAllowed: reads);

        async Task CheckAsync(PresignOptions[] all, bool isAllowed)
        {
            foreach (PresignOptions options in all)
            {
                Task<PresignedUrl> SignAsync() => bucket.PresignAsync("k", method, Hour, options);
                if (isAllowed)
                {
                    Assert.That(await SignAsync(), Is.EqualTo(Signed));
                }
                else
                {
                    await Catch.AsyncAs<ArgumentException>(SignAsync);
                }
            }
        }
    }

    [Test]
    public async Task Bad_values_are_refused()
    {
        (Bucket bucket, _) = Prepare();
        PresignOptions[] bad =
        [
            new() { ContentLength = -1 },
            new() { ContentLength = (5L * 1024 * 1024 * 1024) + 1 },
            new() { ContentMd5 = new byte[15] },
            new() { ContentType = "a\r\nb" },
            new() { Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["bleepstoreetag"] = "b" } },
        ];
        foreach (PresignOptions options in bad)
        {
            await Catch.AsyncAs<ArgumentException>(() => bucket.PresignAsync("k", PresignMethod.Put, Hour, options));
        }

        await Catch.AsyncAs<ArgumentException>(
            () => bucket.PresignAsync("k", PresignMethod.Get, Hour, new PresignOptions { ResponseContentDisposition = "a\nb" }));
        await Catch.AsyncAs<ArgumentException>(() => bucket.PresignAsync("k", (PresignMethod)99, Hour));
        await Catch.AsyncAs<ArgumentException>(() => bucket.PresignAsync("", PresignMethod.Get, Hour));
    }

    [Test]
    public async Task The_limits_of_a_form_are_checked()
    {
        (Bucket bucket, StorageBackend backend) = Prepare();
        PresignPostOptions[] bad =
        [
            new() { MinimumLength = -1 },
            new() { MinimumLength = 2, MaximumLength = 1 },
            new() { MaximumLength = (5L * 1024 * 1024 * 1024) + 1 },
            new() { ContentType = "a\nb" },
        ];
        foreach (PresignPostOptions options in bad)
        {
            await Catch.AsyncAs<ArgumentException>(() => bucket.PresignPostAsync("k", Hour, options));
        }

        await Catch.AsyncAs<ArgumentException>(() => bucket.PresignPostAsync("", Hour, new PresignPostOptions { IsWholeKey = true }));
        await bucket.PresignPostAsync("", Hour);

        await backend.Received(1).PresignPostAsync(
            Arg.Is<PresignPostRequest>(
                static request => request.KeyPrefix == "" && request.Options.MaximumLength == 5L * 1024 * 1024 * 1024),
            CancellationToken.None);
    }

    [Test]
    public async Task The_URL_of_a_part_needs_the_MD5_where_the_upstream_does([Values] bool isNeeded)
    {
        (Bucket bucket, StorageBackend backend) = Prepare(
            new StorageCapabilities { SupportsPresign = true, PresignedPartsNeedMd5 = isNeeded });
        MultipartUpload upload = bucket.GetMultipartUpload("k", "id");

        if (isNeeded)
        {
            ArgumentException error = await Catch.AsyncAs<ArgumentException>(() => upload.PresignPartAsync(1, Hour));
            Assert.That(error.Message, Does.Contain("ContentMd5"));
        }
        else
        {
            await upload.PresignPartAsync(1, Hour);
        }

        await upload.PresignPartAsync(2, Hour, new UploadPartOptions { ContentMd5 = new byte[16], ContentLength = 3 });
        await backend.Received(1).PresignPartAsync(
            Arg.Is<PresignPartRequest>(static request => request.PartNumber == 2 && request.UploadId == "id" && request.ContentLength == 3),
            CancellationToken.None);
    }

    [TestCase(0)]
    [TestCase(10_001)]
    public async Task A_part_has_a_number_from_1_to_10_000(int number)
    {
        (Bucket bucket, _) = Prepare();

        await Catch.AsyncAs<ArgumentOutOfRangeException>(() => bucket.GetMultipartUpload("k", "id").PresignPartAsync(number, Hour));
    }

    [Test]
    public async Task No_URL_goes_around_a_decorator_that_changes_the_bytes()
    {
        (Bucket bucket, StorageBackend backend) = Prepare(new StorageCapabilities { SupportsPresign = true, TransformsBytes = true });

        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.NotSupported, () => bucket.PresignAsync("k", PresignMethod.Get, Hour));
        await Catch.CodeAsync(StorageErrorCode.NotSupported, () => bucket.PresignPostAsync("k", Hour));
        await Catch.CodeAsync(StorageErrorCode.NotSupported, () => bucket.GetMultipartUpload("k", "id").PresignPartAsync(1, Hour));

        Assert.That(error.Message, Does.Contain("ObjectStoreOptions.Links"));
        await backend.DidNotReceive().PresignAsync(Arg.Any<PresignRequest>(), Arg.Any<CancellationToken>());
    }

    [Test]
    public async Task A_backend_that_cannot_sign_says_what_to_do()
    {
        Bucket bucket = await Stores.InMemoryAsync();

        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.NotSupported, () => bucket.PresignAsync("k", PresignMethod.Get, Hour));

        Assert.That(error.Message, Does.Contain("ObjectStoreOptions.Links"));
        Assert.That((error.Operation, error.Bucket, error.Key), Is.EqualTo(("Presign", Stores.Bucket, "k")));
        await Catch.CodeAsync(StorageErrorCode.NotSupported, () => bucket.PresignPostAsync("k", Hour));
        await Catch.CodeAsync(StorageErrorCode.NotSupported, () => bucket.GetMultipartUpload("k", "id").PresignPartAsync(1, Hour));
    }

    [Test]
    public void Neither_URL_nor_form_prints_its_secret()
    {
        var form = new PresignedPost
        {
            Url = new Uri("https://example.com/"),
            Fields = new Dictionary<string, string>(StringComparer.Ordinal) { ["signature"] = "secret" },
            ExpiresAt = default,
        };

        Assert.That(Signed.ToString(), Does.Not.Contain("secret").And.Contain("https://example.com/k"));
        Assert.That(form.ToString(), Does.Not.Contain("secret").And.Contain("https://example.com/"));
    }

    private static (Bucket Bucket, StorageBackend Backend) Prepare(StorageCapabilities? capabilities = null)
    {
        StorageBackend backend = Substitute.For<StorageBackend>();
        backend.Provider.Returns("fake");
        backend.Capabilities.Returns(capabilities ?? new StorageCapabilities { SupportsPresign = true });
        backend.ReturnsForAll(new ValueTask<PresignedUrl>(Signed));
        return (Stores.Over(backend), backend);
    }
}
