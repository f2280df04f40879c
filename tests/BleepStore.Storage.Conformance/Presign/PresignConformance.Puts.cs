using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

public abstract partial class PresignConformance<THarness>
{
    private static readonly Dictionary<string, PresignOptions> Bindings = new(StringComparer.Ordinal)
    {
        ["type"] = new() { ContentType = "text/x-bound; charset=utf-8" },
        ["length"] = new() { ContentLength = New.Length },
        ["MD5"] = new() { ContentMd5 = Payload.Md5(New) },
        ["metadata"] = new() { Metadata = new Dictionary<string, string> { ["colour"] = "red  and blue", ["size"] = "1" } },
        ["odd metadata"] = new() { Metadata = new Dictionary<string, string> { ["odd_name!"] = "blåbær 🎈" } },
        ["everything"] = new()
        {
            ContentType = "text/x-bound",
            ContentLength = New.Length,
            ContentMd5 = Payload.Md5(New),
            Metadata = new Dictionary<string, string> { ["colour"] = "blåbær", ["size"] = "1" },
        },
    };

    [ContractTest]
    [TestCase(0)]
    [TestCase(500)]
    [TestCase(PartSize + 1000)]
    public async Task A_put_URL_stores_the_object(int size)
    {
        byte[] content = Payload.Bytes(size);
        await PutAsync("object", Old);
        await PutAsync("object2", Old);
        if (await SignAsync("object", PresignMethod.Put) is not { } url)
        {
            return;
        }

        HttpAnswer answer = await PlainHttp.SendAsync(url, content);

        Assert.That(answer.IsSuccess, Is.True, answer.ToString());
        Assert.That(url.Method, Is.EqualTo("PUT"));
        await AssertContentAsync("object", content);
        ObjectProperties found = await Bucket.HeadAsync("object");
        Assert.That((found.Size, found.Metadata.Count), Is.EqualTo(((long)size, 0)));
        await AssertContentAsync("object2", Old);
    }

    [ContractTest]
    [TestCase("type")]
    [TestCase("length")]
    [TestCase("MD5")]
    [TestCase("metadata")]
    [TestCase("odd metadata")]
    [TestCase("everything")]
    public async Task A_put_URL_binds(string what)
    {
        PresignOptions options = Bindings[what];
        ObjectProperties before = await PutAsync("object", Old);
        if (await SignBoundAsync(options) is not { } url)
        {
            return;
        }

        foreach ((string name, string value) in url.RequiredHeaders.Where(static header => header.Key != "Content-Length"))
        {
            await AssertRefusedAsync(url, New, name, value: null);
            await AssertRefusedAsync(url, New, name, name == "Content-MD5" ? Convert.ToBase64String(Payload.Md5(Old)) : value + "x");
        }

        if (options.ContentLength is not null)
        {
            await AssertRefusedAsync(url, New[..^1]);
            await AssertRefusedAsync(url, [.. New, 0]);
            await AssertRefusedAsync(url, []);
        }

        if (options.ContentMd5 is not null)
        {
            await AssertRefusedAsync(url, Payload.Bytes(New.Length, 9));
        }

        await AssertUntouchedAsync(before, Old);
        HttpAnswer answer = await PlainHttp.SendAsync(url, New);
        Assert.That(answer.IsSuccess, Is.True, answer.ToString());
        await AssertContentAsync("object", New);
        ObjectProperties found = await Bucket.HeadAsync("object");
        StorageAssert.SameAttributes(found, new ObjectAttributes { ContentType = options.ContentType, Metadata = options.Metadata });
    }

    [ContractTest]
    public async Task Every_header_that_a_URL_needs_is_named()
    {
        if (await SignBoundAsync(Bindings["everything"]) is not { } url)
        {
            return;
        }

        Assert.That(url.RequiredHeaders.Values, Does.Contain("text/x-bound").And.Contain(Convert.ToBase64String(Payload.Md5(New))));
        Assert.That(url.RequiredHeaders.Values, Does.Contain("500").Or.Contain("500,500"), "some services bind a range of lengths");
        Assert.That(url.RequiredHeaders, Has.Count.GreaterThanOrEqualTo(5));
    }

    [ContractTest]
    public async Task An_empty_object_can_be_bound()
    {
        if (await SignBoundAsync(new PresignOptions { ContentLength = 0 }) is not { } url)
        {
            return;
        }

        await AssertRefusedAsync(url, New);
        Assert.That(await Bucket.ExistsAsync("object"), Is.False);
        HttpAnswer answer = await PlainHttp.SendAsync(url, []);

        Assert.That(answer.IsSuccess, Is.True, answer.ToString());
        await AssertContentAsync("object", []);
    }

    [ContractTest]
    public async Task What_does_not_belong_to_the_method_is_an_argument_error()
    {
        foreach (PresignMethod method in new[] { PresignMethod.Get, PresignMethod.Head, PresignMethod.Delete })
        {
            await StorageAssert.ThrowsAsync<ArgumentException>(() => Bucket.PresignAsync("object", method, Validity, Bindings["type"]));
        }

        var answer = new PresignOptions { ResponseContentType = "text/plain" };
        foreach (PresignMethod method in new[] { PresignMethod.Put, PresignMethod.Delete })
        {
            await StorageAssert.ThrowsAsync<ArgumentException>(() => Bucket.PresignAsync("object", method, Validity, answer));
        }

        foreach (TimeSpan expiresIn in new[] { TimeSpan.Zero, TimeSpan.FromSeconds(0.9), TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1) })
        {
            await StorageAssert.ThrowsAsync<ArgumentOutOfRangeException>(() => Bucket.PresignAsync("object", PresignMethod.Get, expiresIn));
        }
    }

    /// <summary>Signs a put of <c>object</c>. Returns <see langword="null"/> where a URL cannot bind, which must be said.</summary>
    private async Task<PresignedUrl?> SignBoundAsync(PresignOptions options)
    {
        if (!Capabilities.SupportsPresign || Capabilities.SupportsPresignHeaders)
        {
            return await SignAsync("object", PresignMethod.Put, options);
        }

        await StorageAssert.FailsAsync(
            StorageErrorCode.NotSupported, () => Bucket.PresignAsync("object", PresignMethod.Put, Validity, options));
        return null;
    }

    private static Task AssertRefusedAsync(PresignedUrl url, byte[] body, string name, string? value) =>
        AssertRefusedAsync(url, body, new Dictionary<string, string?> { [name] = value }, $"{name}: {value}");

    private static async Task AssertRefusedAsync(
        PresignedUrl url, byte[] body, IReadOnlyDictionary<string, string?>? headers = null, string? what = null)
    {
        HttpAnswer answer = await PlainHttp.SendAsync(url, body, headers);
        Assert.That(answer.IsRefusal, Is.True, $"{what ?? $"{body.Length} bytes"}: {answer}");
    }
}
