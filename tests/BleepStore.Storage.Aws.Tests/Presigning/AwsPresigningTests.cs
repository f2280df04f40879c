using System.Text.Json;
using Amazon.S3;
using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Presigning;

public sealed class AwsPresigningTests
{
    private const string Arn = "arn:aws:s3:eu-central-1:123456789012:accesspoint/point";

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Test]
    public async Task Signing_sends_no_request()
    {
        var wire = new StubTransport();
        Bucket bucket = wire.CreateBucket();

        foreach (PresignMethod method in Enum.GetValues<PresignMethod>())
        {
            await bucket.PresignAsync("key", method, Hour);
        }

        await bucket.PresignPostAsync("key", Hour);
        await bucket.GetMultipartUpload("key", "id").PresignPartAsync(1, Hour);

        Assert.That(wire.Sent, Is.Empty);
    }

    [TestCase(AwsEncryption.S3Managed, "AES256")]
    [TestCase(AwsEncryption.Kms, "aws:kms")]
    [TestCase(AwsEncryption.BucketDefault, null)]
    public async Task Only_what_stores_an_object_says_how_it_is_encrypted(AwsEncryption encryption, string? spelt)
    {
        Bucket bucket = new StubTransport().CreateBucket(options => options.Encryption = encryption);

        PresignedUrl put = await bucket.PresignAsync("key", PresignMethod.Put, Hour);
        PresignedPost form = await bucket.PresignPostAsync("key", Hour);

        Assert.That(put.RequiredHeaders.GetValueOrDefault("x-amz-server-side-encryption"), Is.EqualTo(spelt));
        Assert.That(form.Fields.GetValueOrDefault("x-amz-server-side-encryption"), Is.EqualTo(spelt));
        foreach (PresignMethod method in new[] { PresignMethod.Get, PresignMethod.Head, PresignMethod.Delete })
        {
            Assert.That((await bucket.PresignAsync("key", method, Hour)).RequiredHeaders, Is.Empty);
        }

        Assert.That((await bucket.GetMultipartUpload("key", "id").PresignPartAsync(1, Hour)).RequiredHeaders, Is.Empty);
    }

    [Test]
    public async Task A_customers_key_is_never_handed_out()
    {
        string key = Convert.ToBase64String(new byte[32]);
        ObjectStore store = new StubTransport().CreateStore(
            options => (options.Encryption, options.CustomerKey) = (AwsEncryption.CustomerKey, key));
        Bucket bucket = store.GetBucket("bucket");

        Func<Task>[] signings =
        [
            .. Enum.GetValues<PresignMethod>().Select(method => (Func<Task>)(() => bucket.PresignAsync("key", method, Hour))),
            () => bucket.PresignPostAsync("key", Hour),
            () => bucket.GetMultipartUpload("key", "id").PresignPartAsync(1, Hour),
        ];

        Assert.That(
            (store.Capabilities.SupportsPresign, store.Capabilities.SupportsPresignHeaders, store.Capabilities.SupportsPresignPost),
            Is.EqualTo((false, false, false)));
        foreach (Func<Task> signing in signings)
        {
            StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, signing);
            Assert.That(error.Message, Does.Contain("ObjectStoreOptions.Links").And.Contain("CustomerKey").And.Not.Contain(key));
        }
    }

    [Test]
    public async Task A_form_that_must_say_who_pays_is_not_signed()
    {
        ObjectStore store = new StubTransport().CreateStore(static options => options.RequesterPays = true);

        await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => store.GetBucket("bucket").PresignPostAsync("key", Hour));

        Assert.That((store.Capabilities.SupportsPresign, store.Capabilities.SupportsPresignPost), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task An_access_point_has_URLs_but_no_forms()
    {
        ObjectStore store = new StubTransport().CreateStore(static options => options.Bucket = Arn);

        PresignedUrl url = await store.GetBucket("bucket").PresignAsync("key", PresignMethod.Get, Hour);
        await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => store.GetBucket("bucket").PresignPostAsync("key", Hour));

        Assert.That(url.Url.Host, Is.EqualTo("point-123456789012.s3-accesspoint.eu-central-1.amazonaws.com"));
        Assert.That(store.Capabilities.SupportsPresignPost, Is.False);
    }

    /// <summary>S3 then wants a checksum of every part, and neither the URL nor its holder has one.</summary>
    [Test]
    public async Task A_client_that_adds_checksums_signs_no_parts()
    {
        Bucket bucket = new StubTransport().CreateGivenBucket();
        MultipartUpload upload = bucket.GetMultipartUpload("key", "id");

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => upload.PresignPartAsync(1, Hour));
        PresignedUrl url = await bucket.PresignAsync("key", PresignMethod.Put, Hour);

        Assert.That(error.Message, Does.Contain("WHEN_REQUIRED"));
        Assert.That(url.RequiredHeaders, Is.Empty);
    }

    [TestCase("id&partNumber=2")]
    [TestCase("%41")]
    [TestCase("id#")]
    public async Task An_id_that_no_server_has_is_NoSuchUpload_without_a_request(string id)
    {
        MultipartUpload upload = new StubTransport().CreateBucket().GetMultipartUpload("key", id);

        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.PresignPartAsync(1, Hour));
    }

    [Test]
    public async Task The_token_before_an_id_is_not_the_servers()
    {
        MultipartUpload upload = new StubTransport().CreateBucket().GetMultipartUpload("key", "AAAAAAAAAAAAAAAAAAAAAA.2~id");

        PresignedUrl url = await upload.PresignPartAsync(1, Hour);

        Assert.That(SignatureVersion4.QueryOf(url.Url.AbsoluteUri)["uploadId"], Is.EqualTo("2~id"));
    }

    [Test]
    public async Task The_policy_of_a_form_binds_every_field_and_the_length()
    {
        var options = new PresignPostOptions
        {
            MinimumLength = 3,
            MaximumLength = 7,
            ContentType = "text/plain",
            Metadata = new Dictionary<string, string> { ["colour"] = "red", ["odd_name"] = "blåbær" },
        };

        Bucket bucket = new StubTransport().CreateBucket(static options => options.StorageClass = "GLACIER");
        PresignedPost form = await bucket.PresignPostAsync("up/", Hour, options);

        using JsonDocument policy = PolicyOf(form);
        JsonElement.ArrayEnumerator listed = policy.RootElement.GetProperty("conditions").EnumerateArray();
        string[] conditions = [.. listed.Select(static condition => condition.GetRawText())];
        Assert.That(conditions, Does.Contain("[\"starts-with\",\"$key\",\"bucket/up/\"]").And.Contain("[\"content-length-range\",3,7]"));
        Assert.That(conditions, Does.Contain("{\"bucket\":\"upstream\"}").And.Contain("{\"x-amz-storage-class\":\"GLACIER\"}"));
        string[] unbound = ["key", "Policy", "x-amz-signature"];
        foreach ((string name, string value) in form.Fields.ExceptBy(unbound, static field => field.Key))
        {
            Assert.That(conditions, Has.Some.Matches<string>(condition => IsExactly(condition!, name, value)), name);
        }

        Assert.That(form.Fields["key"], Is.EqualTo("bucket/up/${filename}"));
        Assert.That(form.Fields["x-amz-meta-colour"], Is.EqualTo("red"));
        Assert.That(policy.RootElement.GetProperty("expiration").GetDateTimeOffset(), Is.EqualTo(form.ExpiresAt));
    }

    [TestCase("", "bucket/${filename}")]
    [TestCase("a/.", "bucket/a/.${filename}")]
    [TestCase("a/..", "bucket/a/..${filename}")]
    [TestCase("/", "bucket//${filename}")]
    [TestCase("~", "bucket/~${filename}")]
    public async Task The_key_of_a_form_begins_as_the_names_of_its_keys_do(string prefix, string key)
    {
        ObjectStore store = new StubTransport().CreateStore();

        PresignedPost form = await store.GetBucket("bucket").PresignPostAsync(prefix, Hour);

        Assert.That(form.Fields["key"], Is.EqualTo(key));
        Assert.That(
            store.GetUpstreamName("bucket", prefix + "file.txt").Name,
            Is.EqualTo(key.Replace("${filename}", "file.txt", StringComparison.Ordinal)));
    }

    [TestCase("/x/", "~=2fx/${filename}")]
    [TestCase(".bleepstore/", null)]
    [TestCase(".bleepstore2", ".bleepstore2${filename}")]
    public async Task The_key_of_a_form_in_a_bucket_of_its_own_is_neither_rooted_nor_internal(string prefix, string? key)
    {
        ObjectStore store = CreateStoreOfOwnBuckets();

        PresignedPost form = await store.GetBucket("bucket").PresignPostAsync(prefix, Hour);

        Assert.That(form.Fields["key"], key is null ? Does.Not.StartWith(prefix) : Is.EqualTo(key));
        Assert.That(
            store.GetUpstreamName("bucket", prefix + "file").Name,
            Is.EqualTo(form.Fields["key"].Replace("${filename}", "file", StringComparison.Ordinal)));
    }

    [TestCase("")]
    [TestCase(".bleepstor")]
    public async Task A_form_that_could_write_what_is_internal_is_not_signed(string prefix)
    {
        ObjectStore store = CreateStoreOfOwnBuckets();
        Bucket bucket = store.GetBucket("bucket");

        await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => bucket.PresignPostAsync(prefix, Hour));
        PresignedPost whole = await bucket.PresignPostAsync(prefix + "x", Hour, new PresignPostOptions { IsWholeKey = true });

        Assert.That(whole.Fields["key"], Is.EqualTo(prefix + "x"), "a whole key is one key");
    }

    [Test]
    public async Task A_given_client_signs_with_its_own_credential()
    {
        Bucket bucket = new StubTransport().CreateGivenBucket();

        PresignedUrl url = await bucket.PresignAsync("key", PresignMethod.Get, Hour);
        PresignedPost form = await bucket.PresignPostAsync("key", Hour);

        Assert.That(
            SignatureVersion4.QueryOf(url.Url.AbsoluteUri)["X-Amz-Credential"], Does.StartWith("key/").And.Contain("/eu-central-1/s3/"));
        Assert.That(
            SignatureVersion4.QueryOf(url.Url.AbsoluteUri)["X-Amz-Signature"],
            Is.EqualTo(SignatureVersion4.OfUrl("GET", url.Url.AbsoluteUri, url.RequiredHeaders, "secret")));
        Assert.That(form.Fields["x-amz-credential"], Does.StartWith("key/"));
    }

    [TestCase(AwsBucketMapping.SharedContainer, "upstream", "pre/bucket/a/b")]
    [TestCase(AwsBucketMapping.ContainerPerBucket, "bucket", "pre/a/b")]
    public void A_name_upstream_is_that_of_the_mapping(AwsBucketMapping mapping, string container, string name)
    {
        ObjectStore store = new StubTransport().CreateStore(options =>
        {
            options.BucketMapping = mapping;
            options.Bucket = mapping == AwsBucketMapping.SharedContainer ? "upstream" : null;
            options.Prefix = "pre/";
        });

        Assert.That(store.GetUpstreamName("bucket", "a/b"), Is.EqualTo(new UpstreamName(container, name)));
        Assert.That(store.GetService<IAmazonS3>(), Is.Not.Null);
    }

    private static ObjectStore CreateStoreOfOwnBuckets() => new StubTransport().CreateStore(
        static options => (options.Bucket, options.BucketMapping) = (null, AwsBucketMapping.ContainerPerBucket));

    private static JsonDocument PolicyOf(PresignedPost form) => JsonDocument.Parse(Convert.FromBase64String(form.Fields["Policy"]));

    private static bool IsExactly(string condition, string name, string value)
    {
        using var parsed = JsonDocument.Parse(condition);
        return parsed.RootElement.ValueKind == JsonValueKind.Object
            && parsed.RootElement.TryGetProperty(name, out JsonElement bound)
            && bound.GetString() == value;
    }
}
