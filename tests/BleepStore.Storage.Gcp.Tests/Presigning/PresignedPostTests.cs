using System.Globalization;
using BleepStore.Storage.Gcp.Tests.Support;

namespace BleepStore.Storage.Gcp.Tests.Presigning;

/// <summary>Forms of the store, sent by plain HTTP to a server that checks their policies.</summary>
public sealed class PresignedPostTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly byte[] Digits = "0123456789"u8.ToArray();

    [Test]
    public async Task A_file_is_stored_below_the_prefix_with_all_that_the_form_binds()
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        var options = new PresignPostOptions
        {
            MinimumLength = 10,
            MaximumLength = 10,
            ContentType = "text/csv",
            Metadata = new Dictionary<string, string> { ["colour"] = "$red", ["greeting"] = "grüß Gott" },
        };

        PresignedPost post = await signed.Bucket.PresignPostAsync("in/ö~=/", Minute, options);
        SentAnswer answer = await signed.PostAsync(post, Digits, "a b.csv");

        Assert.That(answer.Result, Is.EqualTo("204"));
        ObjectProperties properties = await signed.Bucket.HeadAsync("in/ö~=/a b.csv");
        Assert.That((properties.Size, properties.ContentType), Is.EqualTo((10L, "text/csv")));
        Assert.That(properties.Metadata, Is.EquivalentTo(options.Metadata));
    }

    [TestCase("")]
    [TestCase("in/")]
    [TestCase("in-😀")]
    [TestCase("in/.")]
    public async Task A_key_that_does_not_begin_with_the_prefix_is_refused(string prefix)
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        PresignedPost post = await signed.Bucket.PresignPostAsync(prefix, Minute);
        string key = post.Fields["key"];

        SentAnswer answer = await signed.PostAsync(post, Digits, "x");
        SentAnswer another = await signed.PostAsync(post, Digits, "x", ("key", "bucket2/x"));
        SentAnswer shorter = await signed.PostAsync(post, Digits, "x", ("key", key[..(key.LastIndexOf('$') - 1)] + "!"));

        Assert.That(answer.Result, Is.EqualTo("204"));
        Assert.That((another.Result, shorter.Result), Is.EqualTo(("400 InvalidPolicyDocument", "400 InvalidPolicyDocument")));
        Assert.That(await signed.Bucket.ListAsync().Select(static item => item.Key).ToListAsync(), Is.EqualTo(new[] { prefix + "x" }));
    }

    [Test]
    public async Task A_whole_key_is_the_key_whatever_the_file_is_called()
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        PresignedPost post = await signed.Bucket.PresignPostAsync("a/key", Minute, new PresignPostOptions { IsWholeKey = true });

        SentAnswer longer = await signed.PostAsync(post, Digits, "x", ("key", post.Fields["key"] + "/more"));
        SentAnswer answer = await signed.PostAsync(post, Digits, "x");

        Assert.That((longer.Result, answer.Result), Is.EqualTo(("400 InvalidPolicyDocument", "204")));
        Assert.That(await signed.Bucket.GetTextAsync("a/key"), Is.EqualTo("0123456789"));
    }

    [TestCase("content-type", "text/html", "400 InvalidPolicyDocument")]
    [TestCase("content-type", null, "400 InvalidPolicyDocument")]
    [TestCase("x-goog-meta-colour", "blue", "400 InvalidPolicyDocument")]
    [TestCase("x-goog-meta-colour", null, "400 InvalidPolicyDocument")]
    [TestCase("x-goog-meta-more", "x", "400 InvalidPolicyDocument")]
    [TestCase("x-goog-signature", "00", "403 SignatureDoesNotMatch")]
    [TestCase("policy", null, "403 AccessDenied")]
    public async Task A_form_that_was_changed_is_refused(string field, string? value, string answered)
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        PresignedPost post = await signed.Bucket.PresignPostAsync("in/", Minute, new PresignPostOptions
        {
            ContentType = "text/csv",
            Metadata = new Dictionary<string, string> { ["colour"] = "red" },
        });

        SentAnswer answer = await signed.PostAsync(post, Digits, "x", (field, value));

        Assert.That(answer.Result, Is.EqualTo(answered));
        Assert.That(signed.Server.ObjectNames, Is.Empty);
    }

    [TestCase(0, 9, "400 EntityTooLarge")]
    [TestCase(11, 20, "400 EntityTooSmall")]
    [TestCase(10, 10, "204")]
    public async Task The_length_is_bound(long least, long most, string answered)
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        var options = new PresignPostOptions { MinimumLength = least, MaximumLength = most };

        SentAnswer answer = await signed.PostAsync(await signed.Bucket.PresignPostAsync("in/", Minute, options), Digits);

        Assert.That(answer.Result, Is.EqualTo(answered));
    }

    [Test]
    public async Task A_form_expires_when_it_says()
    {
        await using SignedStore signed = await SignedStore.StartAsync();

        PresignedPost post = await signed.Bucket.PresignPostAsync("in/", Minute);

        var date = DateTimeOffset.ParseExact(
            post.Fields["x-goog-date"], "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        Assert.That(post.ExpiresAt, Is.EqualTo(date + Minute));
        signed.Time.Shift = TimeSpan.FromSeconds(30);
        Assert.That((await signed.PostAsync(post, Digits)).Result, Is.EqualTo("204"));
        signed.Time.Shift = TimeSpan.FromSeconds(61);
        Assert.That((await signed.PostAsync(post, Digits)).Result, Is.EqualTo("400 ExpiredToken"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_key_that_the_service_would_change_is_refused(bool isWholeKey)
    {
        await using SignedStore signed = await SignedStore.StartAsync();

        StorageException error = await RefusedAsync(signed.Bucket, "in/${filename}", new PresignPostOptions { IsWholeKey = isWholeKey });

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.InvalidKey));
    }

    [TestCase("")]
    [TestCase(".bleep")]
    [TestCase(".bleepstore")]
    public async Task A_form_that_would_reach_internal_objects_is_refused(string prefix)
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        Bucket bucket = OpenPerBucket(signed).GetBucket("my-bucket");

        StorageException error = await RefusedAsync(bucket, prefix);

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.NotSupported));
        Assert.That(error.Message, Does.Contain("folder"));
    }

    [Test]
    public async Task A_key_that_only_looks_internal_is_the_users_own()
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        Bucket bucket = await OpenPerBucket(signed).CreateBucketAsync("my-bucket");

        SentAnswer answer = await signed.PostAsync(await bucket.PresignPostAsync(".bleepstore/uploads/", Minute), Digits, "x");

        Assert.That(answer.Result, Is.EqualTo("204"));
        Assert.That(await bucket.GetTextAsync(".bleepstore/uploads/x"), Is.EqualTo("0123456789"));
    }

    [TestCase(nameof(GcpBackendOptions.StorageClass))]
    [TestCase(nameof(GcpBackendOptions.KmsKeyName))]
    [TestCase(nameof(GcpBackendOptions.UserProject))]
    public async Task An_option_that_no_form_can_bind_is_not_left_out_in_silence(string option)
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        Bucket bucket = signed.Open(options =>
        {
            options.StorageClass = option == nameof(options.StorageClass) ? "NEARLINE" : null;
            options.KmsKeyName = option == nameof(options.KmsKeyName) ? "projects/p/locations/eu/keyRings/r/cryptoKeys/k" : null;
            options.UserProject = option == nameof(options.UserProject) ? "payer-1" : null;
        }).GetBucket("bucket");

        StorageException error = await RefusedAsync(bucket, "in/");

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.NotSupported));
        Assert.That(error.Message, Does.Contain(option));
    }

    private static async Task<StorageException> RefusedAsync(Bucket bucket, string prefix, PresignPostOptions? options = null) =>
        (await Assert.ThrowsAsync<StorageException>(() => bucket.PresignPostAsync(prefix, Minute, options)))!;

    private static ObjectStore OpenPerBucket(SignedStore signed) => signed.Open(static options =>
        (options.BucketMapping, options.Bucket, options.ProjectId) = (GcpBucketMapping.ContainerPerBucket, null, "project"));
}
