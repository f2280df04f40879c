using System.Reflection;
using System.Runtime.CompilerServices;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Decorators.Compression;
using BleepStore.Storage.Decorators.Prefix;
using BleepStore.Storage.Tests.Support;
using NSubstitute;

namespace BleepStore.Storage.Tests.Decorators.Prefix;

/// <summary>Tests the inner side of the prefix, which the conformance suite cannot see.</summary>
public class PrefixBackendTests
{
    private const string Prefix = "a/";

    private static readonly string[] KeyNames =
    [
        "Key", "Keys", "KeyPrefix", "Source", "SourceProperties", "CopySource", "StartAfterKey", "Prefix", "StartAfter",
    ];

    private readonly ScriptedBackend _stored = new();

    private static IEnumerable<MethodInfo> Members => typeof(StorageBackend)
        .GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
        .Where(static method => method.IsVirtual && method.GetParameters() is [{ ParameterType: var type }, ..] && KeysOf(type).Any());

    private Bucket Bucket => Stores.Over(new PrefixBackend(_stored, Prefix), partSize: 1000);

    /// <summary>Journals of uploads tell stores apart by it, also where the backend underneath names nothing upstream.</summary>
    [Test]
    public void The_place_of_another_prefix_is_another_one()
    {
        StorageBackend[] stores = [_stored, new PrefixBackend(_stored, "a/"), new PrefixBackend(_stored, "b/")];
        string[] places = [.. stores.Select(static store => store.PlaceOf("bucket", "key"))];
        Assert.That(places, Is.Unique);
    }

    /// <summary>A member that is added to the contract and forgotten in the decorator fails here.</summary>
    [TestCaseSource(nameof(Members))]
    public async Task Every_key_of_a_request_gets_the_prefix(MethodInfo member)
    {
        StorageBackend inner = Substitute.For<StorageBackend>();
        var outer = new PrefixBackend(inner, Prefix);
        Type type = member.GetParameters()[0].ParameterType;
        object request = RuntimeHelpers.GetUninitializedObject(type);
        foreach (PropertyInfo key in KeysOf(type))
        {
            key.SetValue(request, KeyValue(key.PropertyType));
        }

        try
        {
            await (dynamic)member.Invoke(outer, [request, CancellationToken.None])!;
        }
        catch (Exception)
        {
            // The substitute answers nothing that could be shown. The request is what counts.
        }

        object sent = inner.ReceivedCalls().Single(call => call.GetMethodInfo().Name == member.Name).GetArguments()[0]!;
        foreach (PropertyInfo key in KeysOf(type))
        {
            Assert.That(Texts(key.GetValue(sent)), Is.Not.Empty.And.All.EqualTo("a/k"), key.Name);
        }
    }

    [Test]
    public void The_members_with_keys_were_found() => Assert.That(Members.Count(), Is.GreaterThanOrEqualTo(17));

    [Test]
    public async Task What_lies_outside_of_the_prefix_is_neither_seen_nor_touched()
    {
        foreach (string key in new[] { "a", "a.", "a0", "b", "other/k" })
        {
            await StoreAsync(key);
        }

        await Bucket.PutAsync("k", Bytes.Of(3));

        Assert.That(await Bucket.ListAsync().Select(static entry => entry.Key).ToListAsync(), Is.EqualTo(new[] { "k" }));
        await Catch.CodeAsync(StorageErrorCode.NoSuchKey, () => Bucket.HeadAsync("b"));
        await Bucket.DeleteAsync("b");
        await Bucket.DeletePrefixAsync("k");
        Assert.That(await StoredKeysAsync(), Is.EquivalentTo(new[] { "a", "a.", "a0", "b", "other/k" }));
    }

    [Test]
    public async Task Keys_that_would_lead_out_of_a_folder_stay_under_the_prefix()
    {
        foreach (string key in new[] { "../b", "/b", "..", "./", "a/b", "\0" })
        {
            ObjectProperties put = await Bucket.PutAsync(key, Bytes.Of(1));

            Assert.That(put.Key, Is.EqualTo(key));
            Assert.That((await Bucket.HeadAsync(key)).Key, Is.EqualTo(key));
        }

        List<string> stored = await StoredKeysAsync();
        Assert.That(stored, Has.All.StartsWith(Prefix));
        Assert.That(stored, Has.Count.EqualTo(6));
    }

    [Test]
    public async Task An_object_whose_key_is_the_prefix_itself_does_not_show()
    {
        await StoreAsync(Prefix);
        await Bucket.PutAsync("k", Bytes.Of(1));

        List<string> listed = await Bucket.ListAsync(new ListOptions { PageSize = 1 }).Select(static entry => entry.Key).ToListAsync();

        Assert.That(listed, Is.EqualTo(new[] { "k" }));
        Assert.That(await StoredKeysAsync(), Is.EqualTo(new[] { Prefix, "a/k" }), "it is still there");
    }

    [Test]
    public async Task An_upload_whose_key_is_the_prefix_itself_does_not_end_the_listing()
    {
        await Stores.Over(_stored).CreateMultipartUploadAsync(Prefix);
        await Stores.Over(_stored).CreateMultipartUploadAsync("b");
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("k");

        List<MultipartUploadInfo> listed = await Bucket.ListMultipartUploadsAsync(new ListUploadsOptions { PageSize = 1 }).ToListAsync();

        Assert.That(listed.Select(static found => (found.Key, found.UploadId)), Is.EqualTo(new[] { ("k", upload.UploadId) }));
    }

    [Test]
    public async Task A_listing_rolls_up_starts_and_pages_as_without_a_prefix()
    {
        foreach (string key in new[] { "x/1", "x/2", "y", "z/1", "é" })
        {
            await Bucket.PutAsync(key, Bytes.Of(1));
        }

        var options = new ListOptions { Delimiter = "/", PageSize = 1, StartAfter = "x/" };

        Assert.That(await Bucket.ListAsync(options).Select(static entry => entry.Key).ToListAsync(), Is.EqualTo(new[] { "y", "z/", "é" }));
        Assert.That(
            await Bucket.ListAsync(new ListOptions { Prefix = "x" }).Select(static entry => entry.Key).ToListAsync(),
            Is.EqualTo(new[] { "x/1", "x/2" }));
    }

    [Test]
    public async Task Failures_name_the_key_of_the_caller()
    {
        StorageException missing = await Catch.CodeAsync(StorageErrorCode.NoSuchKey, () => Bucket.HeadAsync("k"));
        _stored.Delete = static (_, _) => throw new StorageException(StorageErrorCode.AccessDenied, "No.");
        _stored.DeleteMany = static (request, _) => Task.FromResult<IReadOnlyList<DeleteFailure>>(
            [new DeleteFailure { Key = request.Keys[0], Error = new StorageException(StorageErrorCode.AccessDenied, "No.") }]);

        DeleteManyResult result = await Bucket.DeleteManyAsync(["k"]);

        Assert.That((missing.Key, missing.Message.Contains("a/", StringComparison.Ordinal)), Is.EqualTo(("k", false)));
        Assert.That(result.Failures.Select(static failure => failure.Key), Is.EqualTo(new[] { "k" }));
        Assert.That(result.Failures[0].Error.Key, Is.EqualTo("k").Or.Null);
    }

    /// <summary>A decorator beneath the prefix that resumes bodies knows only the key with the prefix.</summary>
    [Test]
    public async Task A_body_that_fails_for_good_names_the_key_of_the_caller([Values] bool encrypts, [Values] bool isDamaged)
    {
        StorageBackend beneath = encrypts
            ? Encrypted.Over(_stored, retries: 1)
            : new CompressionBackend(_stored, new CompressionOptions { MinimumSize = 0 }, Stores.Context(_stored, retries: 1))
            {
                KeepsLarger = true,
            };
        Bucket bucket = Stores.Over(new PrefixBackend(beneath, Prefix), partSize: 1_000_000, retries: 1);
        await bucket.PutAsync("k", Bytes.Of(200_000), new PutOptions { ContentType = "text/plain" });
        _stored.Get = async (request, token) =>
        {
            GetResult found = await _stored.Real.GetAsync(request, token);
            Func<CancellationToken, ValueTask<int>>? damage = isDamaged
                ? static _ => throw new StorageException(StorageErrorCode.BadDigest, "Damaged.")
                : null;
            return found with { Content = new BreakingStream(found.Content, request.IsResumption ? 0 : 1000, damage) };
        };

        await using ObjectReader reader = await bucket.GetAsync("k");
        StorageException error = await Catch.CodeAsync(
            isDamaged ? StorageErrorCode.BadDigest : StorageErrorCode.ServiceUnavailable, () => reader.Content.CopyToAsync(Stream.Null));

        Assert.That((error.Key, error.Operation), Is.EqualTo(("k", "Read")));
        Assert.That(error.ToString(), Does.Not.Contain(Prefix));
    }

    [Test]
    public async Task A_copy_and_a_move_stay_under_the_prefix([Values(10, 4500)] int size)
    {
        byte[] bytes = Bytes.Of(size);
        _stored.Can(static can => can with { MaxCopySize = 1000 });
        await Bucket.PutAsync("k", new SequentialSource(bytes));

        ObjectProperties copy = await Bucket.CopyAsync("k", "copy");
        ObjectProperties moved = await Bucket.MoveAsync("copy", "moved");

        Assert.That((copy.Key, moved.Key), Is.EqualTo(("copy", "moved")));
        Assert.That(await StoredKeysAsync(), Is.EquivalentTo(new[] { "a/k", "a/moved" }));
        await using ObjectReader reader = await Bucket.GetAsync("moved");
        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(bytes));
    }

    [Test]
    public async Task The_longest_key_is_shorter_by_the_prefix()
    {
        int most = _stored.Capabilities.MaxKeyBytes;
        StorageBackend outer = new PrefixBackend(_stored, "ä/");
        Bucket bucket = Stores.Over(outer);
        Assert.That(outer.Capabilities.MaxKeyBytes, Is.EqualTo(most - 3));
        StorageCapabilities again = outer.Capabilities;
        Assert.That(outer.Capabilities, Is.SameAs(again), "made once");

        await bucket.PutAsync(new string('k', most - 3), Bytes.Of(1));
        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.InvalidKey, () => bucket.PutAsync(new string('k', most - 2), Bytes.Of(1)));

        Assert.That(error.Message, Does.Contain($"at most {most - 3}"));
    }

    [Test]
    public async Task A_bucket_with_objects_of_others_is_not_deleted_and_the_message_says_why()
    {
        await StoreAsync("b");
        await using var store = ObjectStore.Create(new PrefixBackend(_stored, Prefix));

        StorageException error = await Catch.CodeAsync(StorageErrorCode.BucketNotEmpty, () => store.DeleteBucketAsync(Stores.Bucket));

        Assert.That(error.Message, Does.Contain("outside the prefix"));
        Assert.That(await StoredKeysAsync(), Is.EqualTo(new[] { "b" }));
    }

    [Test]
    public async Task Foreign_names_under_the_prefix_show_without_it()
    {
        StorageBackend inner = Substitute.For<StorageBackend>();
        inner.ListForeignNamesAsync(Arg.Any<ListForeignNamesRequest>(), Arg.Any<CancellationToken>()).Returns(new ListForeignNamesResult
        {
            Names = [.. new[] { "a/~x", "b/~x", "a/" }.Select(static name => new ForeignName { DisplayName = name })],
            ContinuationToken = "next",
        });

        ListForeignNamesResult page = await new PrefixBackend(inner, Prefix).ListForeignNamesAsync(
            new ListForeignNamesRequest { Bucket = "bucket" }, CancellationToken.None);

        Assert.That(page.Names.Select(static name => name.DisplayName), Is.EqualTo(new[] { "~x" }));
        Assert.That(page.ContinuationToken, Is.EqualTo("next"));
    }

    [Test]
    public async Task A_form_gets_the_prefix_and_no_name_of_a_file_in_its_key()
    {
        StorageBackend inner = Substitute.For<StorageBackend>();
        var request = new PresignPostRequest { Bucket = "bucket", KeyPrefix = "name}", ExpiresIn = TimeSpan.FromMinutes(1) };

        await new PrefixBackend(inner, Prefix).PresignPostAsync(request, CancellationToken.None);
        await Catch.CodeAsync(
            StorageErrorCode.InvalidKey,
            () => new PrefixBackend(inner, "${file").PresignPostAsync(request, CancellationToken.None).AsTask());

        await inner.Received(1).PresignPostAsync(
            Arg.Is<PresignPostRequest>(static sent => sent.KeyPrefix == "a/name}"), CancellationToken.None);
        Assert.That(
            inner.ReceivedCalls().Count(static call => call.GetMethodInfo().Name == nameof(StorageBackend.PresignPostAsync)),
            Is.EqualTo(1));
    }

    [Test]
    public void The_name_upstream_has_the_prefix()
    {
        StorageBackend inner = Substitute.For<StorageBackend>();
        inner.GetUpstreamName("bucket", "a/k").Returns(new UpstreamName("container", "bucket/a/k"));

        Assert.That(new PrefixBackend(inner, Prefix).GetUpstreamName("bucket", "k").Name, Is.EqualTo("bucket/a/k"));
    }

    [Test]
    public async Task A_key_outside_of_the_prefix_that_a_backend_lists_is_not_shown()
    {
        _stored.List = static (_, _) => Task.FromResult(new ListPage { Entries = [new ListEntry { Key = "secret/k" }] });

        StorageException error = await Catch.CodeAsync(StorageErrorCode.InternalError, () => Bucket.ListPageAsync());

        Assert.That(error.Message, Does.Not.Contain("secret"));
    }

    private static IEnumerable<PropertyInfo> KeysOf(Type request) => request.GetProperties().Where(property =>
        request.Name.EndsWith("Request", StringComparison.Ordinal)
        && request != typeof(ListBucketsRequest)
        && property.SetMethod is not null
        && property.PropertyType != typeof(int)
        && KeyNames.Contains(property.Name));

    private static object KeyValue(Type type) =>
        type == typeof(string) ? "k"
        : type == typeof(IReadOnlyList<string>) ? new[] { "k" }
        : type == typeof(ObjectProperties)
            ? new ObjectProperties { Key = "k", Size = 1, ETag = "e", Revision = "r", LastModified = default }
        : new ObjectAddress("bucket", "k");

    private static string[] Texts(object? value) => value switch
    {
        string text => [text],
        IReadOnlyList<string> texts => [.. texts],
        ObjectProperties properties => [properties.Key],
        ObjectAddress address => [address.Key],
        _ => [],
    };

    private Task<ObjectProperties> StoreAsync(string key) => Stores.Over(_stored).PutAsync(key, Bytes.Of(1));

    private async Task<List<string>> StoredKeysAsync() =>
        await Stores.Over(_stored).ListAsync().Select(static entry => entry.Key).ToListAsync();
}
