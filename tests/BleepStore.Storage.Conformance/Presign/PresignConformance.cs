using System.Net;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

/// <summary>
/// URLs and forms of the upstream, which plain HTTP clients use. A backend that signs none answers
/// <see cref="StorageErrorCode.NotSupported"/>, and names what signs instead.
/// </summary>
/// <typeparam name="THarness">How to reach the backend.</typeparam>
public abstract partial class PresignConformance<THarness> : ConformanceFixture<THarness>
    where THarness : ConformanceHarness, new()
{
    private static readonly TimeSpan Validity = TimeSpan.FromMinutes(5);

    private static readonly byte[] Old = Payload.Bytes(1000, 1);
    private static readonly byte[] New = Payload.Bytes(500, 2);

    [ContractTest]
    public async Task A_get_URL_reads_the_object_and_ranges_of_it()
    {
        await PutAsync("object", Old);
        if (await SignAsync("object", PresignMethod.Get) is not { } url)
        {
            return;
        }

        HttpAnswer whole = await PlainHttp.SendAsync(url);
        HttpAnswer range = await PlainHttp.SendAsync(url, headers: new Dictionary<string, string?> { ["Range"] = "bytes=100-199" });

        Assert.That(whole.Status, Is.EqualTo(HttpStatusCode.OK), whole.ToString());
        Assert.That(whole.Body, Is.EqualTo(Old));
        Assert.That(range.Status, Is.EqualTo(HttpStatusCode.PartialContent), range.ToString());
        Assert.That(range.Body, Is.EqualTo(Old[100..200]));
        Assert.That(url.Method, Is.EqualTo("GET"));
    }

    [ContractTest]
    public async Task A_head_URL_tells_the_properties()
    {
        await PutAsync("object", Old, new PutOptions { ContentType = "text/x-object" });
        if (await SignAsync("object", PresignMethod.Head) is not { } url)
        {
            return;
        }

        HttpAnswer answer = await PlainHttp.SendAsync(url);

        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.ToString());
        Assert.That((answer.Headers["Content-Length"], answer.Headers["Content-Type"]), Is.EqualTo(("1000", "text/x-object")));
        Assert.That(answer.Body, Is.Empty);
        Assert.That(url.Method, Is.EqualTo("HEAD"));
    }

    [ContractTest]
    public async Task A_delete_URL_deletes_the_object_and_no_other()
    {
        await PutAsync("object", Old);
        await PutAsync("object2", Old);
        if (await SignAsync("object", PresignMethod.Delete) is not { } url)
        {
            return;
        }

        HttpAnswer answer = await PlainHttp.SendAsync(url);

        Assert.That(answer.IsSuccess, Is.True, answer.ToString());
        Assert.That(url.Method, Is.EqualTo("DELETE"));
        await AssertKeysAsync("object2");
    }

    [ContractTest]
    public async Task A_URL_of_what_is_not_there_finds_nothing()
    {
        if (await SignAsync("missing", PresignMethod.Get) is not { } url)
        {
            return;
        }

        HttpAnswer answer = await PlainHttp.SendAsync(url);

        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.NotFound), answer.ToString());
    }

    [ContractTest]
    [TestCase(PresignMethod.Get, PresignMethod.Put)]
    [TestCase(PresignMethod.Get, PresignMethod.Delete)]
    [TestCase(PresignMethod.Head, PresignMethod.Put)]
    [TestCase(PresignMethod.Head, PresignMethod.Delete)]
    [TestCase(PresignMethod.Put, PresignMethod.Get)]
    [TestCase(PresignMethod.Put, PresignMethod.Delete)]
    [TestCase(PresignMethod.Delete, PresignMethod.Get)]
    [TestCase(PresignMethod.Delete, PresignMethod.Put)]
    public async Task A_URL_allows_no_other_method(PresignMethod allowed, PresignMethod sent)
    {
        ObjectProperties stored = await PutAsync("object", Old);
        if (await SignAsync("object", allowed) is not { } url)
        {
            return;
        }

        PresignedUrl other = (await SignAsync("object", sent))!;
        HttpAnswer answer = await PlainHttp.SendAsync(other, sent == PresignMethod.Put ? New : null, address: url.Url);

        Assert.That(answer.IsRefusal, Is.True, answer.ToString());
        await AssertUntouchedAsync(stored, Old);
    }

    [ContractTest]
    [TestCase(PresignMethod.Get)]
    [TestCase(PresignMethod.Put)]
    [TestCase(PresignMethod.Delete)]
    public async Task A_URL_allows_no_other_key(PresignMethod method)
    {
        ObjectProperties stored = await PutAsync("object", Old);
        if (await SignAsync("other", method) is not { } url)
        {
            return;
        }

        PresignedUrl right = (await SignAsync("object", method))!;
        Uri address = Verbatim(right.Url.AbsoluteUri.Split('?')[0] + "?" + url.Url.AbsoluteUri.Split('?')[1]);
        HttpAnswer answer = await PlainHttp.SendAsync(url, method == PresignMethod.Put ? New : null, address: address);

        Assert.That(answer.IsRefusal, Is.True, answer.ToString());
        await AssertUntouchedAsync(stored, Old);
        await AssertKeysAsync("object");
    }

    [ContractTest]
    public async Task A_URL_of_which_any_part_was_changed_is_refused()
    {
        ObjectProperties stored = await PutAsync("object", Old);
        var options = new PresignOptions { ResponseContentDisposition = "attachment" };
        if (await SignAsync("object", PresignMethod.Get, options) is not { } url)
        {
            return;
        }

        string[] halves = url.Url.AbsoluteUri.Split('?');
        string[] parameters = halves[1].Split('&');
        for (int at = 0; at < parameters.Length; at++)
        {
            string[] changed = [.. parameters];
            changed[at] = WithAnotherEnd(parameters[at]);
            HttpAnswer answer = await PlainHttp.SendAsync(url, address: Verbatim($"{halves[0]}?{string.Join('&', changed)}"));

            Assert.That(answer.IsRefusal, Is.True, $"{changed[at]}: {answer}");
        }

        Assert.That((await PlainHttp.SendAsync(url)).Body, Is.EqualTo(Old), "the URL as it is serves");
        await AssertUntouchedAsync(stored, Old);
    }

    [ContractTest]
    public async Task A_URL_expires_when_it_says()
    {
        ObjectProperties stored = await PutAsync("object", Old);
        if (await SignAsync("object", PresignMethod.Get, expiresIn: TimeSpan.FromSeconds(1)) is not { } get)
        {
            return;
        }

        PresignedUrl put = (await SignAsync("object", PresignMethod.Put, expiresIn: TimeSpan.FromSeconds(1)))!;

        // The service's own clock decides, and no test can move it.
        await Task.Delay(TimeSpan.FromSeconds(2.2));

        HttpAnswer read = await PlainHttp.SendAsync(get);
        HttpAnswer written = await PlainHttp.SendAsync(put, New);

        Assert.That(read.IsRefusal, Is.True, read.ToString());
        Assert.That(written.IsRefusal, Is.True, written.ToString());
        await AssertUntouchedAsync(stored, Old);
    }

    [ContractTest]
    [TestCase(1.0)]
    [TestCase(90.9)]
    [TestCase(7 * 24 * 60 * 60.0)]
    public async Task A_URL_tells_when_it_expires_to_the_second(double seconds)
    {
        var expiresIn = TimeSpan.FromSeconds(seconds);
        if (await SignAsync("object", PresignMethod.Get, expiresIn: expiresIn) is not { } url)
        {
            return;
        }

        Assert.That(url.ExpiresAt.Offset, Is.EqualTo(TimeSpan.Zero));
        Assert.That(url.ExpiresAt.Ticks % TimeSpan.TicksPerSecond, Is.Zero);
        Assert.That(url.ExpiresAt, Is.LessThanOrEqualTo(DateTimeOffset.UtcNow + expiresIn + ClockDifference));
        if (seconds < 1000)
        {
            Assert.That(url.ExpiresAt, Is.EqualTo(DateTimeOffset.UtcNow + expiresIn).Within(ClockDifference));
        }
    }

    [ContractTest]
    public async Task The_answer_has_the_disposition_that_the_URL_says()
    {
        await PutAsync("object", Old, new PutOptions { ContentType = "text/x-object" });
        var options = new PresignOptions { ResponseContentDisposition = ContentDispositions.Attachment("größe 1+1.txt") };
        if (await SignAsync("object", PresignMethod.Get, options) is not { } url)
        {
            return;
        }

        HttpAnswer answer = await PlainHttp.SendAsync(url);
        HttpAnswer head = await PlainHttp.SendAsync((await SignAsync("object", PresignMethod.Head, options))!);

        Assert.That(answer.Headers["Content-Disposition"], Is.EqualTo(options.ResponseContentDisposition), answer.ToString());
        Assert.That((answer.Headers["Content-Type"], answer.Body), Is.EqualTo(("text/x-object", Old)), "the rest is the object's");
        Assert.That(head.Headers["Content-Disposition"], Is.EqualTo(options.ResponseContentDisposition), head.ToString());
    }

    [ContractTest]
    [TestCase("Content-Type", "text/x-answer; charset=utf-8")]
    [TestCase("Cache-Control", "max-age=5, private")]
    public async Task Another_type_and_other_caching_directives_are_bound_or_refused(string header, string value)
    {
        await PutAsync("object", Old, new PutOptions { ContentType = "text/x-object", CacheControl = "max-age=1" });
        PresignOptions options = header == "Content-Type"
            ? new PresignOptions { ResponseContentType = value }
            : new PresignOptions { ResponseCacheControl = value };
        if (await SignAsync("object", PresignMethod.Get) is null)
        {
            return;
        }

        foreach (PresignMethod method in new[] { PresignMethod.Get, PresignMethod.Head })
        {
            PresignedUrl url;
            try
            {
                url = await Bucket.PresignAsync("object", method, Validity, options);
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.NotSupported)
            {
                continue;
            }

            HttpAnswer answer = await PlainHttp.SendAsync(url);
            Assert.That(answer.Headers[header], Is.EqualTo(value), answer.ToString());
        }
    }

    [ContractTest]
    public async Task Signing_sends_nothing_of_the_object_and_creates_nothing()
    {
        await PutAsync("object", Old);
        IReadOnlyList<string>? before = await Harness.ListInternalNamesAsync();
        if (await SignAsync("new", PresignMethod.Put) is null)
        {
            return;
        }

        foreach (PresignMethod method in Enum.GetValues<PresignMethod>())
        {
            await SignAsync("new", method);
            await SignAsync("object", method);
        }

        await SignFormAsync("new");

        await AssertKeysAsync("object");
        await AssertContentAsync("object", Old);
        await AssertNoUploadsAsync();
        Assert.That(await Harness.ListInternalNamesAsync(), Is.EqualTo(before));
    }

    [ContractTest]
    public async Task A_text_of_a_URL_shows_no_signature()
    {
        if (await SignAsync("object", PresignMethod.Get) is not { } url)
        {
            return;
        }

        string query = url.Url.Query.TrimStart('?');

        Assert.That(query, Is.Not.Empty);
        Assert.That(query.Split('&').Where(url.ToString().Contains), Is.Empty);
    }

    [ContractTest]
    public async Task Behind_a_decorator_that_changes_the_bytes_nothing_is_signed()
    {
        await using var store = ObjectStore.Create(new AlteringBackend(new UnownedBackend(Store.GetService<StorageBackend>()!)));
        Bucket bucket = store.GetBucket(Bucket.Name);

        StorageException url =
            await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => bucket.PresignAsync("object", PresignMethod.Get, Validity));
        StorageException form =
            await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => bucket.PresignPostAsync("object", Validity));
        MultipartUpload upload = bucket.GetMultipartUpload("object", "id");
        var options = new UploadPartOptions { ContentMd5 = Payload.Md5(New) };
        StorageException part =
            await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => upload.PresignPartAsync(1, Validity, options));

        Assert.That(new[] { url.Message, form.Message, part.Message }, Has.All.Contains("ObjectStoreOptions.Links"));
    }

    /// <summary>Signs. Returns <see langword="null"/> on a backend that signs nothing, which must say what does.</summary>
    private async Task<PresignedUrl?> SignAsync(
        string key, PresignMethod method, PresignOptions? options = null, TimeSpan? expiresIn = null)
    {
        if (Capabilities.SupportsPresign)
        {
            return await Bucket.PresignAsync(key, method, expiresIn ?? Validity, options);
        }

        StorageException refusal = await StorageAssert.FailsAsync(
            StorageErrorCode.NotSupported, () => Bucket.PresignAsync(key, method, expiresIn ?? Validity, options));
        Assert.That(refusal.Message, Does.Contain("ObjectStoreOptions.Links"));
        return null;
    }

    /// <summary>How far the clocks of this machine and of the service may differ, and how long a test may be interrupted.</summary>
    private static TimeSpan ClockDifference => TimeSpan.FromSeconds(20);

    /// <summary>An address that nothing normalises.</summary>
    private static Uri Verbatim(string address) =>
        new(address, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    private static string WithAnotherEnd(string parameter) => parameter[..^1] + (parameter[^1] switch
    {
        >= '0' and <= '8' or >= 'a' and <= 'y' or >= 'A' and <= 'Y' => (char)(parameter[^1] + 1),
        '9' or 'z' or 'Z' => (char)(parameter[^1] - 1),
        _ => 'x',
    });
}
