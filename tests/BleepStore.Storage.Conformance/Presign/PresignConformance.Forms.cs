using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

public abstract partial class PresignConformance<THarness>
{
    private static readonly PresignPostOptions Described = new()
    {
        MinimumLength = 100,
        MaximumLength = New.Length,
        ContentType = "text/x-form",
        Metadata = new Dictionary<string, string> { ["colour"] = "red", ["place"] = "blåbær" },
    };

    [ContractTest]
    [TestCase("up/", "file.txt")]
    [TestCase("up/a+b %41&", "übung 1.txt")]
    [TestCase("up/x-", "file.txt")]
    public async Task A_form_stores_a_file_below_the_prefix(string prefix, string file)
    {
        await PutAsync("object", Old);
        if (await SignFormAsync(prefix) is not { } form)
        {
            return;
        }

        HttpAnswer answer = await PlainHttp.SendAsync(form, file, New);

        Assert.That(answer.IsSuccess, Is.True, answer.ToString());
        await AssertContentAsync(prefix + file, New);
        await AssertContentAsync("object", Old);
        Assert.That(await Bucket.ListAsync().Select(static entry => entry.Key).ToListAsync(), Is.EquivalentTo([prefix + file, "object"]));
        Assert.That((await Bucket.HeadAsync(prefix + file)).Metadata, Is.Empty);
    }

    [ContractTest]
    public async Task A_form_for_any_key_stores_the_file_or_is_refused_where_it_would_reach_more_than_keys()
    {
        PresignedPost? form;
        try
        {
            form = await SignFormAsync("");
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NotSupported && Capabilities.EnforcesBuckets)
        {
            return;
        }

        if (form is null)
        {
            return;
        }

        HttpAnswer answer = await PlainHttp.SendAsync(form, "file.txt", New);

        Assert.That(answer.IsSuccess, Is.True, answer.ToString());
        await AssertKeysAsync("file.txt");
        await AssertContentAsync("file.txt", New);
    }

    [ContractTest]
    public async Task A_form_gives_the_object_its_type_and_metadata()
    {
        if (await SignFormAsync("up/", Described) is not { } form)
        {
            return;
        }

        HttpAnswer answer = await PlainHttp.SendAsync(form, "file", New);

        Assert.That(answer.IsSuccess, Is.True, answer.ToString());
        await AssertContentAsync("up/file", New);
        StorageAssert.SameAttributes(
            await Bucket.HeadAsync("up/file"),
            new ObjectAttributes { ContentType = Described.ContentType, Metadata = Described.Metadata });
    }

    [ContractTest]
    public async Task A_form_refuses_what_it_does_not_allow()
    {
        ObjectProperties stored = await PutAsync("up2", Old);
        if (await SignFormAsync("up/", Described) is not { } form)
        {
            return;
        }

        string key = form.Fields["key"];
        string elsewhere = key[..key.LastIndexOf("up/", StringComparison.Ordinal)] + "up2";
        HttpAnswer[] refused =
        [
            await PlainHttp.SendAsync(form, "file", New, With("key", elsewhere)),
            await PlainHttp.SendAsync(form, "file", New, With("key", "file")),
            await PlainHttp.SendAsync(form, "file", New, With("Content-Type", "text/html")),
            await PlainHttp.SendAsync(form, "file", New, With("Content-Type", null)),
            await PlainHttp.SendAsync(form, "file", New, With(FieldOf(form, "meta-colour"), "blue")),
            await PlainHttp.SendAsync(form, "file", New, With("Cache-Control", "no-store")),
            await PlainHttp.SendAsync(form, "file", [.. New, 0]),
            await PlainHttp.SendAsync(form, "file", New[..99]),
            await PlainHttp.SendAsync(form, "file", New, With(FieldOf(form, "signature"), null)),
        ];

        Assert.That(refused.Where(static answer => !answer.IsRefusal), Is.Empty);
        await AssertUntouchedAsync(stored, Old);
        await AssertKeysAsync("up2");
        HttpAnswer allowed = await PlainHttp.SendAsync(form, "file", New);
        Assert.That(allowed.IsSuccess, Is.True, allowed.ToString());
    }

    [ContractTest]
    [TestCase("whole")]
    [TestCase("a/whole key+%41&$x 'ü'.txt")]
    [TestCase("./a/../b")]
    public async Task A_form_for_a_whole_key_stores_that_key_whatever_the_file_is_called(string key)
    {
        if (await SignFormAsync(key, new PresignPostOptions { IsWholeKey = true }) is not { } form)
        {
            return;
        }

        HttpAnswer answer = await PlainHttp.SendAsync(form, "file.txt", New);

        Assert.That(answer.IsSuccess, Is.True, answer.ToString());
        await AssertKeysAsync(key);
        await AssertContentAsync(key, New);
    }

    [ContractTest]
    public async Task A_form_for_a_whole_key_refuses_a_longer_one()
    {
        if (await SignFormAsync("whole", new PresignPostOptions { IsWholeKey = true }) is not { } form)
        {
            return;
        }

        string key = form.Fields["key"];
        HttpAnswer answer = await PlainHttp.SendAsync(form, "file", New, With("key", key + "r"));

        Assert.That(answer.IsRefusal, Is.True, answer.ToString());
        await AssertKeysAsync();
    }

    [ContractTest]
    public async Task A_form_expires_when_it_says()
    {
        if (await SignFormAsync("up/", expiresIn: TimeSpan.FromSeconds(1)) is not { } form)
        {
            return;
        }

        Assert.That(form.ExpiresAt, Is.EqualTo(DateTimeOffset.UtcNow.AddSeconds(1)).Within(ClockDifference));
        Assert.That(form.ExpiresAt.Ticks % TimeSpan.TicksPerSecond, Is.Zero);

        // The service's own clock decides, and no test can move it.
        await Task.Delay(TimeSpan.FromSeconds(2.2));
        HttpAnswer answer = await PlainHttp.SendAsync(form, "file", New);

        Assert.That(answer.IsRefusal, Is.True, answer.ToString());
        await AssertKeysAsync();
    }

    [ContractTest]
    [TestCase("up/${filename}/")]
    [TestCase("${filename}")]
    public async Task A_key_that_the_service_would_replace_is_InvalidKey(string key)
    {
        await StorageAssert.FailsAsync(StorageErrorCode.InvalidKey, () => Bucket.PresignPostAsync(key, Validity));
        await StorageAssert.FailsAsync(
            StorageErrorCode.InvalidKey, () => Bucket.PresignPostAsync(key, Validity, new PresignPostOptions { IsWholeKey = true }));
        await AssertKeysAsync();
    }

    /// <summary>The name of a field, which each service begins in its own way.</summary>
    private static string FieldOf(PresignedPost form, string end) =>
        form.Fields.Keys.Single(name => name.EndsWith(end, StringComparison.OrdinalIgnoreCase));

    private static Dictionary<string, string?> With(string name, string? value) => new() { [name] = value };

    /// <summary>Signs a form. Returns <see langword="null"/> on a backend that signs none, which must say so.</summary>
    private async Task<PresignedPost?> SignFormAsync(string prefix, PresignPostOptions? options = null, TimeSpan? expiresIn = null)
    {
        if (Capabilities.SupportsPresignPost)
        {
            return await Bucket.PresignPostAsync(prefix, expiresIn ?? Validity, options);
        }

        await StorageAssert.FailsAsync(
            StorageErrorCode.NotSupported, () => Bucket.PresignPostAsync(prefix, expiresIn ?? Validity, options));
        return null;
    }
}
