using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace BleepStore.Storage.Tests.Backends.Toolkit.Metadata;

public class MetadataCodecTests
{
    private static readonly string[] Pieces =
        ["a", "b9", "-", "_", ".", " ", "é", "ß", "😀", "\r\n", "\0", "=", ":", "\"", "x-amz-", "content-type", "日本"];

    /// <summary>The names that upstreams return unchanged, which are at least the portable names.</summary>
    private static readonly Func<string, bool>[] NativeNames =
    [
        static name => IsPortable(name),
        static name => IsPortable(name) || name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'),
        static name => IsPortable(name)
            || (name[0] is '_' or (>= 'a' and <= 'z')
                && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')),
        static name => name.All(char.IsAscii),
        static _ => true,
    ];

    private static Gen<Dictionary<string, string>> Metadata =>
        from count in Gen.Choose(0, 8)
        from names in Gen.ArrayOf(Law.Text(1, Pieces), count)
        from values in Gen.ArrayOf(Law.Text(0, Pieces), count)
        select names.Zip(values).DistinctBy(static pair => pair.First).ToDictionary(static pair => pair.First, static pair => pair.Second);

    [Test]
    public void Metadata_of_any_names_and_values_comes_back_as_it_was() => Law.Holds(
        from metadata in Metadata from native in Gen.Elements(NativeNames) select (metadata, native),
        static given =>
        {
            IDictionary<string, string> stored = new MetadataCodec(given.native).Pack(new ObjectAttributes { Metadata = given.metadata });
            IReadOnlyDictionary<string, string> back = MetadataCodec.Unpack(stored, size: 0).Metadata;
            return back.Count == given.metadata.Count && given.metadata.All(pair => back[pair.Key] == pair.Value);
        },
        times: 3000);

    [Test]
    public void What_is_measured_is_never_less_than_what_an_upstream_stores() => Law.Holds(
        from metadata in Metadata from native in Gen.Elements(NativeNames) select (metadata, native),
        static given => MetadataCodec.Measure(given.metadata)
            >= new MetadataCodec(given.native)
                .Pack(new ObjectAttributes { Metadata = given.metadata })
                .Sum(static pair => pair.Key.Length + pair.Value.Length),
        times: 3000);

    [Test]
    public void What_is_stored_is_printable_ASCII_without_spaces_at_its_ends() => Law.Holds(
        Metadata,
        static metadata => new MetadataCodec(NativeNames[0]).Pack(new ObjectAttributes { Metadata = metadata })
            .All(static pair => pair.Value.All(static c => c is >= ' ' and <= '~')
                && pair.Value.Trim() == pair.Value
                && pair.Value.Length > 0
                && IsPortable(pair.Key)),
        times: 3000);

    [TestCase("name", "plain value", true)]
    [TestCase("name", "", false)]
    [TestCase("name", " edge", false)]
    [TestCase("name", "edge ", false)]
    [TestCase("name", "line\r\nX-Injected: 1", false)]
    [TestCase("name", "é", false)]
    [TestCase("na-me", "value", false)]
    public void Only_what_the_upstream_spells_stays_readable_to_other_tools(string name, string value, bool native)
    {
        IDictionary<string, string> stored = Pack((name, value));
        Assert.That(stored.ContainsKey(name), Is.EqualTo(native));
        Assert.That(stored, Has.Count.EqualTo(1));
        Assert.That(MetadataCodec.Unpack(stored, 0).Metadata[name], Is.EqualTo(value));
    }

    [Test]
    public void Names_come_back_in_lower_case_and_are_found_in_any()
    {
        IReadOnlyDictionary<string, string> back = MetadataCodec.Unpack([new("X-Name", "v")], 0).Metadata;
        Assert.That(back.Keys, Is.EqualTo(new[] { "x-name" }));
        Assert.That(back["X-NAME"], Is.EqualTo("v"));
    }

    [Test]
    public void Lengths_up_to_two_bytes_are_told_apart([Values(0, 1, 127, 128, 129, 255, 256, 300, 1700)] int length)
    {
        string value = new('é', length / 2);
        IDictionary<string, string> stored = Pack(("n", value + "\n"), ("m", "\nafter"));
        Assert.That(
            MetadataCodec.Unpack(stored, 0).Metadata,
            Is.EquivalentTo(new Dictionary<string, string> { ["n"] = value + "\n", ["m"] = "\nafter" }));
    }

    [Test]
    public void The_ETag_of_the_object_itself_is_read_back() =>
        Assert.That(MetadataCodec.Unpack(Codec.Pack(new ObjectAttributes(), etag: "abc-2", size: 10), size: 10).ETag, Is.EqualTo("abc-2"));

    [Test]
    public void The_ETag_of_an_object_of_another_size_was_copied_along_and_is_ignored() =>
        Assert.That(MetadataCodec.Unpack(Codec.Pack(new ObjectAttributes(), etag: "abc-2", size: 10), size: 11).ETag, Is.Null);

    [TestCase("")]
    [TestCase("abc")]
    [TestCase(":5")]
    [TestCase("abc:")]
    [TestCase("abc:x")]
    [TestCase("abc:-5")]
    [TestCase("abc: 5")]
    [TestCase("a\"b:5")]
    [TestCase("a b:5")]
    [TestCase("abc:99999999999999999999")]
    public void A_kept_ETag_that_makes_no_sense_is_ignored(string value) =>
        Assert.That(MetadataCodec.Unpack([new("bleepstoreetag", value)], size: 5).ETag, Is.Null);

    [Test]
    public void The_write_token_is_read_back_and_is_no_metadata()
    {
        UnpackedMetadata back = MetadataCodec.Unpack(Codec.Pack(new ObjectAttributes(), writeToken: "token"), 0);
        Assert.That(back.WriteToken, Is.EqualTo("token"));
        Assert.That(back.Metadata, Is.Empty);
    }

    [Test]
    public void The_expiry_travels_as_metadata_only_where_the_upstream_has_none()
    {
        var expires = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var attributes = new ObjectAttributes { Expires = expires };
        var packing = new MetadataCodec(NativeNames[0], packsExpires: true);
        Assert.That(MetadataCodec.Unpack(packing.Pack(attributes), 0).Expires, Is.EqualTo(expires));
        Assert.That(Codec.Pack(attributes), Is.Empty);
    }

    [TestCase("")]
    [TestCase("soon")]
    [TestCase("99999999999999999")]
    [TestCase("-99999999999999999")]
    public void An_expiry_that_makes_no_sense_is_ignored(string value) =>
        Assert.That(MetadataCodec.Unpack([new("bleepstoreexpires", value)], 0).Expires, Is.Null);

    [TestCase("")]
    [TestCase("!!!")]
    [TestCase("AA")]
    [TestCase("AQ")]
    [TestCase("Af8")]
    [TestCase("AQVh")]
    [TestCase("AQFh")]
    [TestCase("AQFhBWI")]
    [TestCase("/+//")]
    public void A_packed_entry_that_makes_no_sense_is_ignored(string value) =>
        Assert.That(
            MetadataCodec.Unpack([new("bleepstoremeta", value), new("other", "kept")], 0).Metadata,
            Is.EquivalentTo(new Dictionary<string, string> { ["other"] = "kept" }));

    [Test]
    public void Garbage_in_the_packed_entry_never_throws() => Law.Holds(
        Gen.ArrayOf(Gen.Choose(0, 255).Select(static value => (byte)value)),
        static bytes =>
        {
            byte[] packed = [1, .. bytes];
            string value = System.Buffers.Text.Base64Url.EncodeToString(packed);
            return MetadataCodec.Unpack([new("bleepstoremeta", value)], 0).Metadata.Keys.All(static name =>
                name.Length > 0 && !name.StartsWith("bleepstore", StringComparison.Ordinal) && !name.Any(char.IsAsciiLetterUpper));
        },
        times: 3000);

    [Test]
    public void Reserved_and_empty_names_never_show_however_they_were_stored([Values("bleepstorefoo", "BleepStoreFoo", "")] string name)
    {
        byte[] packed = [1, (byte)name.Length, .. System.Text.Encoding.ASCII.GetBytes(name), 1, (byte)'v'];
        string value = System.Buffers.Text.Base64Url.EncodeToString(packed);
        KeyValuePair<string, string>[] stored = name.Length == 0
            ? [new("bleepstoremeta", value)]
            : [new("bleepstoremeta", value), new(name, "v")];
        Assert.That(MetadataCodec.Unpack(stored, 0).Metadata, Is.Empty);
    }

    [Test]
    public void Measuring_takes_any_metadata_even_what_is_refused_later() =>
        Assert.That(MetadataCodec.Measure(new Dictionary<string, string> { [""] = "v" }), Is.Positive);

    private static MetadataCodec Codec { get; } = new(NativeNames[0]);

    private static IDictionary<string, string> Pack(params (string Name, string Value)[] metadata) =>
        Codec.Pack(new ObjectAttributes { Metadata = metadata.ToDictionary(static pair => pair.Name, static pair => pair.Value) });

    private static bool IsPortable(string name) =>
        char.IsAsciiLetterLower(name[0]) && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));
}
