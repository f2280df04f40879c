using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

/// <summary>
/// Tests the user's metadata, which is any Unicode, returned unchanged, with names in lower case, and without the store's own names.
/// </summary>
/// <typeparam name="THarness">How to reach the backend.</typeparam>
public abstract class MetadataConformance<THarness> : ConformanceFixture<THarness>
    where THarness : ConformanceHarness, new()
{
    [ContractTest]
    [TestCase("plain", "value")]
    [TestCase("a", "1")]
    [TestCase("with-hyphen", "value")]
    [TestCase("with_underscore", "value")]
    [TestCase("with.dot", "value")]
    [TestCase("1digit", "value")]
    [TestCase("-", "value")]
    [TestCase("content-type", "text/plain")]
    [TestCase("x-amz-meta-x", "value")]
    [TestCase("with space", "value")]
    [TestCase("größe", "value")]
    [TestCase("日本語", "値")]
    [TestCase("name\nline", "value")]
    [TestCase("name:colon", "value")]
    [TestCase("empty", "")]
    [TestCase("spaces", "  both ends  ")]
    [TestCase("space", " ")]
    [TestCase("inner", "two  inner   spaces")]
    [TestCase("lines", "one\r\ntwo: three\n")]
    [TestCase("tab", "a\tb")]
    [TestCase("nul", "a\0b")]
    [TestCase("quotes", "\"'`<>&%2F+=?")]
    [TestCase("unicode", "Grüße, 日本 \ud83d\ude40 e\u0301 \u202e")]
    [TestCase("encoded", "=?UTF-8?B?R3LDvMOfZQ==?=")]
    [TestCase("upper", "MiXeD Case")]
    public async Task An_entry_returns_as_it_was_given(string name, string value)
    {
        var given = new PutOptions { Metadata = new Dictionary<string, string> { [name] = value } };

        ObjectProperties stored = await PutAsync("object", [1], given);
        await using ObjectReader reader = await Bucket.GetAsync("object");

        StorageAssert.SameAttributes(stored, given);
        StorageAssert.SameAttributes(await Bucket.HeadAsync("object"), given);
        StorageAssert.SameAttributes(reader.Properties, given);
    }

    [ContractTest]
    public async Task Entries_of_all_kinds_return_together()
    {
        var given = new PutOptions
        {
            Metadata = new Dictionary<string, string>
            {
                ["plain"] = "1",
                ["with-hyphen"] = "2",
                ["with_underscore"] = "3",
                ["größe"] = "4",
                ["empty"] = "",
                ["lines"] = "\r\n",
            },
        };

        await PutAsync("object", [1], given);

        StorageAssert.SameAttributes(await Bucket.HeadAsync("object"), given);
    }

    [ContractTest]
    public async Task Names_are_returned_in_lower_case_and_found_in_any()
    {
        await PutAsync(
            "object", [1], new PutOptions { Metadata = new Dictionary<string, string> { ["Camera-Model"] = "X", ["GRÖSSE"] = "Y" } });

        IReadOnlyDictionary<string, string> metadata = (await Bucket.HeadAsync("object")).Metadata;

        Assert.That(metadata.Keys, Is.EquivalentTo(new[] { "camera-model", "grösse" }));
        Assert.That(metadata["CAMERA-model"], Is.EqualTo("X"));
    }

    [ContractTest]
    public async Task Names_that_differ_by_case_are_an_argument_error() =>
        await AssertRefusedAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = "1", ["Name"] = "2" });

    [ContractTest]
    [TestCase("", "value")]
    [TestCase("name", null)]
    [TestCase("bleepstoretoken", "value")]
    [TestCase("BleepStore-anything", "value")]
    [TestCase("bleepstore", "value")]
    public async Task What_is_no_entry_is_an_argument_error(string name, string? value) =>
        await AssertRefusedAsync(new Dictionary<string, string> { [name] = value! });

    [ContractTest]
    public async Task Lone_surrogates_are_an_argument_error()
    {
        // These are not test cases, because the compiler stores an attribute's text as UTF-8, which has no lone surrogates.
        await AssertRefusedAsync(new Dictionary<string, string> { ["name\ud800"] = "value" });
        await AssertRefusedAsync(new Dictionary<string, string> { ["name"] = "value\udc00" });
    }

    [ContractTest]
    [TestCase(1792)]
    [TestCase(1793)]
    [TestCase(5000)]
    public async Task Metadata_up_to_its_limit_is_stored_and_more_is_MetadataTooLarge(int size)
    {
        var options = new PutOptions { Metadata = new Dictionary<string, string> { ["large"] = new('x', size - "large".Length) } };
        ObjectProperties old = await PutAsync("object", [1]);

        if (size > MetadataCodec.MaximumSize)
        {
            await StorageAssert.FailsAsync(StorageErrorCode.MetadataTooLarge, () => PutAsync("object", [2], options));
            await StorageAssert.FailsAsync(
                StorageErrorCode.MetadataTooLarge,
                () => Bucket.CreateMultipartUploadAsync("object", new MultipartOptions { Metadata = options.Metadata }));
            await AssertUntouchedAsync(old, [1]);
            return;
        }

        await PutAsync("object", [2], options);
        StorageAssert.SameAttributes(await Bucket.HeadAsync("object"), options);
    }

    [ContractTest]
    public async Task As_much_as_fits_of_the_oddest_metadata_is_stored()
    {
        var odd = new Dictionary<string, string>();
        for (int at = 0; MetadataCodec.Measure(odd) <= MetadataCodec.MaximumSize; at++)
        {
            odd[$"größe {at}"] = $"wért\n{at}";
        }

        odd.Remove($"größe {odd.Count - 1}");
        var options = new PutOptions { Metadata = odd };

        await PutAsync("object", Payload.Bytes(PartSize + 10), options with { IfAbsent = true });

        StorageAssert.SameAttributes(await Bucket.HeadAsync("object"), options);
        Assert.That(odd, Has.Count.GreaterThan(30));
    }

    [ContractTest]
    public async Task What_the_store_adds_of_its_own_is_never_shown()
    {
        await PutAsync("plain", [1]);
        await PutAsync("conditional", [1], new PutOptions { IfAbsent = true });
        await PutAsync("large", Payload.Bytes(PartSize + 10), new PutOptions { IfAbsent = true });
        if (await BeginUploadAsync(Bucket, "upload") is { } upload)
        {
            await upload.CompleteAsync([await upload.UploadPartAsync(1, Payload.Bytes(100))]);
        }

        await Bucket.CopyAsync(new ObjectAddress(Bucket.Name, "conditional"), "copy", new CopyOptions { IfAbsent = true });

        List<string> keys = await Bucket.ListAsync().Select(entry => entry.Key).ToListAsync();
        Assert.That(keys, Has.Count.EqualTo(Capabilities.SupportsMultipart ? 5 : 4));
        foreach (string key in keys)
        {
            Assert.That((await Bucket.HeadAsync(key)).Metadata, Is.Empty, key);
        }
    }

    [UsesMultipart]
    [ContractTest]
    public async Task Metadata_arrives_with_a_multipart_upload()
    {
        var given =
            new MultipartOptions { Metadata = new Dictionary<string, string> { ["plain"] = "1", ["größe"] = "\r\n", ["UPPER"] = "X" } };
        var expected =
            new ObjectAttributes { Metadata = new Dictionary<string, string> { ["plain"] = "1", ["größe"] = "\r\n", ["upper"] = "X" } };
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object", given);

        ObjectProperties made = await upload.CompleteAsync([await upload.UploadPartAsync(1, Payload.Bytes(100))]);

        StorageAssert.SameAttributes(made, expected);
        StorageAssert.SameAttributes(await Bucket.HeadAsync("object"), expected);
    }

    [ContractTest]
    public async Task What_the_caller_does_with_its_dictionary_later_changes_nothing()
    {
        var given = new Dictionary<string, string> { ["a"] = "1" };
        ObjectProperties stored = await PutAsync("object", [1], new PutOptions { Metadata = given });

        given["a"] = "changed";
        given["b"] = "new";

        var expected = new ObjectAttributes { Metadata = new Dictionary<string, string> { ["a"] = "1" } };
        StorageAssert.SameAttributes(stored, expected);
        StorageAssert.SameAttributes(await Bucket.HeadAsync("object"), expected);
    }

    [ContractTest]
    public async Task What_a_caller_does_with_a_result_is_not_seen_in_another()
    {
        await PutAsync("object", [1], new PutOptions { Metadata = new Dictionary<string, string> { ["a"] = "1" } });
        IReadOnlyDictionary<string, string> first = (await Bucket.HeadAsync("object")).Metadata;

        if (first is IDictionary<string, string> { IsReadOnly: false } writable)
        {
            writable["a"] = "changed";
            writable["b"] = "new";
        }

        StorageAssert.SameAttributes(
            await Bucket.HeadAsync("object"), new ObjectAttributes { Metadata = new Dictionary<string, string> { ["a"] = "1" } });
    }

    private async Task AssertRefusedAsync(Dictionary<string, string> metadata)
    {
        ObjectProperties old = await PutAsync("object", [1]);

        await StorageAssert.ThrowsAsync<ArgumentException>(() => PutAsync("object", [2], new PutOptions { Metadata = metadata }));
        await StorageAssert.ThrowsAsync<ArgumentException>(
            () => Bucket.CreateMultipartUploadAsync("object", new MultipartOptions { Metadata = metadata }));
        await StorageAssert.ThrowsAsync<ArgumentException>(() => Bucket.OpenWriteAsync("object", new PutOptions { Metadata = metadata }));
        await StorageAssert.ThrowsAsync<ArgumentException>(() => Bucket.CopyAsync(
            new ObjectAddress(Bucket.Name, "object"),
            "object",
            new CopyOptions { Attributes = new ObjectAttributes { Metadata = metadata } }));

        await AssertUntouchedAsync(old, [1]);
        await AssertNoUploadsAsync();
    }
}
