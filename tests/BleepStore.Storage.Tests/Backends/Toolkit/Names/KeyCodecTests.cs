using System.Text;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace BleepStore.Storage.Tests.Backends.Toolkit.Names;

public class KeyCodecTests
{
    private static readonly string[] Nasty =
    [
        "a",
        "b",
        "~",
        "=",
        "~=",
        "~=7e",
        "~=2e",
        "~=2E",
        "2",
        "e",
        "7",
        "/",
        "//",
        ".",
        "..",
        "./",
        "../",
        "\\",
        "\0",
        "\r",
        "\n",
        "é",
        "😀",
        "\ud7ff",
        "\ufffd",
        " ",
        "%2e",
    ];

    private static readonly KeyCodecRules Everything = new()
    {
        MustEscape = static rune => rune.Value is < 0x20 or '\\' or 0xFFFD,
        Dots = DotRule.NotAtEnds,
        EscapeEdgeSlashes = true,
    };

    private static readonly KeyCodecRules[] AllRules =
    [
        new(),
        new() { MustEscape = Everything.MustEscape },
        new() { MustEscape = static rune => rune.Value is '~' or '=' || rune.Value > 0x7f || Rune.IsUpper(rune) },
        new() { Dots = DotRule.EscapedAsSegments },
        new() { Dots = DotRule.NotAtEnds },
        new() { Dots = DotRule.NotAsSegments },
        new() { Dots = DotRule.NotAsSegments, EscapeEdgeSlashes = true, MaxSegments = 3, ReservedPrefixes = ["a/", "../"] },
        Everything with { Dots = DotRule.EscapedAsSegments },
        new() { EscapeEdgeSlashes = true },
        new() { Dots = DotRule.NotAsNames, ReservedPrefixes = ["a/", "../"] },
        Everything with { Dots = DotRule.NotAsNames, ReservedPrefixes = ["a/"] },
        Everything,
    ];

    private static Gen<string> Keys => Law.Text(1, Nasty);

    private static Gen<(KeyCodecRules Rules, string Key)> KeysUnderRules =>
        from rules in Gen.Elements(AllRules)
        from key in Keys
        select (rules, key);

    [Test]
    public void Every_key_reads_back() => Law.Holds(
        KeysUnderRules,
        static given =>
        {
            var codec = new KeyCodec(given.Rules);
            return codec.TryDecode(codec.Encode(given.Key), out string? key) && key == given.Key;
        },
        times: 20_000);

    [Test]
    public void Two_keys_never_share_a_name() => Law.Holds(
        from rules in Gen.Elements(AllRules) from one in Keys from other in Keys select (rules, one, other),
        static given =>
        {
            var codec = new KeyCodec(given.rules);
            return (codec.Encode(given.one) == codec.Encode(given.other)) == (given.one == given.other);
        },
        times: 20_000);

    [Test]
    public void A_name_either_decodes_to_the_key_that_has_it_or_not_at_all() => Law.Holds(
        KeysUnderRules,
        static given =>
        {
            var codec = new KeyCodec(given.Rules);
            return !codec.TryDecode(given.Key, out string? key) || codec.Encode(key!) == given.Key;
        },
        times: 20_000);

    [Test]
    public void The_name_of_every_key_begins_with_the_encoded_prefix_that_the_key_begins_with() => Law.Holds(
        from rules in Gen.Elements(AllRules) from prefix in Law.Text(0, Nasty) from rest in Law.Text(0, Nasty) select (rules, prefix, rest),
        static given =>
        {
            var codec = new KeyCodec(given.rules);
            return codec.Encode(given.prefix + given.rest).StartsWith(codec.EncodePrefix(given.prefix), StringComparison.Ordinal);
        },
        times: 20_000);

    [Test]
    public void A_name_holds_nothing_that_the_rules_forbid() => Law.Holds(
        Keys,
        static key =>
        {
            string name = new KeyCodec(Everything).Encode(key);
            return !name.EnumerateRunes().Any(static rune => rune.Value is < 0x20 or '\\' or 0xFFFD)
                && !name.StartsWith('/') && !name.EndsWith('/')
                && !name.Split('/').Any(static segment => segment.EndsWith('.'));
        },
        times: 20_000);

    [TestCase("a")]
    [TestCase("photos/2026/Ünïcödé 😀.jpg")]
    [TestCase("a//b")]
    [TestCase("a.b/.hidden/...x/x..y")]
    [TestCase("~user/~file~")]
    [TestCase("50%/a+b?c#d&e=f")]
    public void A_natural_name_stays_as_it_is(string key) => Assert.That(new KeyCodec(Everything).Encode(key), Is.EqualTo(key));

    [TestCase(".", "~=2e")]
    [TestCase("..", "~=2e.")]
    [TestCase("a/./b", "a/~=2e/b")]
    [TestCase("a/../b", "a/~=2e./b")]
    [TestCase("a/...", "a/...")]
    [TestCase("a./b", "a./b")]
    public void Dot_segments_have_their_first_dot_escaped(string key, string name) =>
        Assert.That(new KeyCodec(new KeyCodecRules { Dots = DotRule.EscapedAsSegments }).Encode(key), Is.EqualTo(name));

    [TestCase("a.", "a.~=")]
    [TestCase("a./b", "a.~=/b")]
    [TestCase("a..", "a..~=")]
    [TestCase("a.b", "a.b")]
    public void Segments_that_end_in_a_dot_are_shielded(string key, string name) =>
        Assert.That(new KeyCodec(new KeyCodecRules { Dots = DotRule.NotAtEnds }).Encode(key), Is.EqualTo(name));

    [TestCase(".", ".~=")]
    [TestCase("..", "..~=")]
    [TestCase("../x", "..~=/x")]
    [TestCase("a/./..", "a/.~=/..~=")]
    [TestCase("...", "...")]
    [TestCase("a./b..", "a./b..")]
    [TestCase("..a/.b", "..a/.b")]
    public void Dot_segments_are_shielded_and_no_others_that_end_in_a_dot(string key, string name)
    {
        var codec = new KeyCodec(new KeyCodecRules { Dots = DotRule.NotAsSegments });

        Assert.That(codec.Encode(key), Is.EqualTo(name));
        Assert.That(codec.TryDecode(name, out string? back), Is.True);
        Assert.That(back, Is.EqualTo(key));
    }

    [TestCase("a.~=")]
    [TestCase("...~=/x")]
    [TestCase("..")]
    [TestCase("a/./b")]
    public void A_shield_where_none_belongs_and_none_where_one_does_do_not_decode(string name) =>
        Assert.That(new KeyCodec(new KeyCodecRules { Dots = DotRule.NotAsSegments }).TryDecode(name, out _), Is.False);

    [TestCase("..", "..")]
    [TestCase("../", "..~=/")]
    [TestCase("a.", "a.")]
    [TestCase("a./", "a./")]
    public void A_prefix_that_ends_in_dots_is_kept_whole_where_dot_segments_are_shielded(string prefix, string encoded) =>
        Assert.That(new KeyCodec(new KeyCodecRules { Dots = DotRule.NotAsSegments }).EncodePrefix(prefix), Is.EqualTo(encoded));

    [TestCase("/", "~=2f")]
    [TestCase("/a/b/", "~=2fa/b/~=")]
    [TestCase("//a", "~=2f/a")]
    [TestCase("a//b", "a//b")]
    public void Slashes_at_the_edges_are_escaped_or_shielded_and_no_others(string key, string name) =>
        Assert.That(new KeyCodec(new KeyCodecRules { EscapeEdgeSlashes = true }).Encode(key), Is.EqualTo(name));

    [Test]
    public void A_character_beyond_ASCII_is_escaped_byte_by_byte() =>
        Assert.That(
            new KeyCodec(new KeyCodecRules { MustEscape = static rune => rune.Value > 0x7f }).Encode("é😀"),
            Is.EqualTo("~=c3~=a9~=f0~=9f~=98~=80"));

    [Test]
    public void A_key_that_holds_the_lead_has_its_tilde_escaped() =>
        Assert.That(new KeyCodec(new KeyCodecRules()).Encode("a~=2e"), Is.EqualTo("a~=7e=2e"));

    [TestCase("a~=zz")]
    [TestCase("a~=")]
    [TestCase("a~=2")]
    [TestCase("a~=61")]
    [TestCase("a~=5C")]
    [TestCase("~=2e~=2e~=2e")]
    [TestCase("~=ff")]
    [TestCase("a\\b")]
    [TestCase("a/")]
    [TestCase("a/~=2fb")]
    [TestCase("..")]
    public void A_name_that_no_key_has_does_not_decode(string name) =>
        Assert.That(new KeyCodec(Everything).TryDecode(name, out _), Is.False);

    [Test]
    public void A_name_that_is_not_valid_Unicode_does_not_decode()
    {
        foreach (KeyCodecRules rules in AllRules)
        {
            foreach (string name in (string[])["\ud800", "a\udc00b", "\ud800~=2e", "~=2e\ud800", "a\ud800\ud800"])
            {
                Assert.That(new KeyCodec(rules).TryDecode(name, out _), Is.False);
            }
        }
    }

    [TestCase("a/b", "a/b")]
    [TestCase("a/b/", "a/b/")]
    [TestCase("a.", "a")]
    [TestCase("a/..", "a/")]
    [TestCase("a~", "a~")]
    [TestCase("a\\", "a~=5c")]
    [TestCase("", "")]
    public void A_prefix_loses_what_depends_on_what_follows(string prefix, string encoded) =>
        Assert.That(new KeyCodec(Everything with { Dots = DotRule.EscapedAsSegments }).EncodePrefix(prefix), Is.EqualTo(encoded));

    [Test]
    public void A_prefix_that_depends_on_nothing_is_kept_whole() =>
        Assert.That(new KeyCodec(new KeyCodecRules()).EncodePrefix("photos/2026/."), Is.EqualTo("photos/2026/."));
}
