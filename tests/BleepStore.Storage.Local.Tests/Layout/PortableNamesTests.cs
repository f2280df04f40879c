using System.Text;
using BleepStore.Storage.Local.Layout;
using BleepStore.Storage.Local.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace BleepStore.Storage.Local.Tests.Layout;

/// <summary>Names of roots that open on Windows, macOS and Linux.</summary>
public class PortableNamesTests
{
    private const string RefusedByWindows = "<>:\"|?*\\";

    private readonly LocalNames _names = new(NameRules.Portable);

    [TestCase("photos", "photos")]
    [TestCase("Photos", "~=50hotos")]
    [TestCase("a:b", "a~=3ab")]
    [TestCase("question?", "question~=3f")]
    [TestCase("back\\slash", "back~=5cslash")]
    [TestCase("dot.", "dot~=2e")]
    [TestCase("dots..", "dots.~=2e")]
    [TestCase("space ", "space~=20")]
    [TestCase(" space", " space")]
    [TestCase(".hidden", ".hidden")]
    [TestCase(".", "~=2e")]
    [TestCase("..", "~=2e~=2e")]
    [TestCase("con", "~=63on")]
    [TestCase("con.txt", "~=63on.txt")]
    [TestCase("nul.tar.gz", "~=6eul.tar.gz")]
    [TestCase("com1", "~=63om1")]
    [TestCase("lpt9.log", "~=6cpt9.log")]
    [TestCase("conin$", "~=63onin$")]
    [TestCase("console", "console")]
    [TestCase("com", "com")]
    [TestCase("com10", "com10")]
    [TestCase("con.txt.", "~=63on.txt~=2e")]
    [TestCase("nul..", "~=6eul.~=2e")]
    [TestCase("aux.h ", "~=61ux.h~=20")]
    [TestCase("prn.", "prn~=2e")]
    [TestCase("progra~1", "progra~=7e1")]
    [TestCase("caf\u00E9", "caf\u00E9")]
    [TestCase("cafe\u0301", "cafe~=cc~=81")]
    [TestCase("\u00C9", "~=c3~=89")]
    [TestCase("stra\u00DFe", "stra~=c3~=9fe")]
    [TestCase("\u017F", "~=c5~=bf")]
    [TestCase("\u212A", "~=e2~=84~=aa")]
    [TestCase("\uFB01", "~=ef~=ac~=81")]
    [TestCase("\u03C3\u03C2", "\u03C3~=cf~=82")]
    [TestCase("\u65E5\u672C", "\u65E5\u672C")]
    [TestCase("\uD83D\uDE00", "~=f0~=9f~=98~=80")]
    public void A_segment_has_a_name_that_every_system_takes(string segment, string name)
    {
        Assert.That(_names.PathOf(segment), Is.EqualTo(name));
        Assert.That(_names.TryReadSegment(name, out string? back), Is.True);
        Assert.That(back, Is.EqualTo(segment));
    }

    [TestCase("con", TestName = "A_name_that_is_a_device_is_no_key_s")]
    [TestCase("Photos", TestName = "A_name_in_upper_case_is_no_key_s")]
    [TestCase("dot.", TestName = "A_name_that_ends_in_a_dot_is_no_key_s")]
    [TestCase("~=63onsole", TestName = "A_name_with_an_escape_that_is_not_needed_is_no_key_s")]
    [TestCase("dot~=2e~=2e", TestName = "A_name_with_two_escaped_dots_is_no_key_s")]
    [TestCase("~=^0123", TestName = "A_name_of_the_store_is_no_key_s")]
    public void A_name_that_no_key_has_is_not_read(string name) => Assert.That(_names.TryReadSegment(name, out _), Is.False);

    [Test]
    public void The_pieces_of_a_long_segment_are_names_that_every_system_takes()
    {
        string[] tails = ["con", "nul.txt", "com1", "x."];
        foreach (string tail in tails)
        {
            for (int length = 240; length <= 270; length++)
            {
                string segment = new string('l', length) + tail;
                string path = _names.PathOf(segment);

                Assert.That(path.Split('/').Where(static name => !IsTaken(name)), Is.Empty, segment);
                Assert.That(_names.TryReadSegment(path, out string? back) && back == segment, Is.True, segment);
            }
        }
    }

    [Test]
    public void A_device_is_never_a_name_whatever_follows_it()
    {
        string[] devices = ["con", "prn", "aux", "nul", "com0", "com9", "lpt1", "conin$", "conout$", "CON", "com\u00B9"];
        string[] middles = ["", ".", ".x", ".tar.gz", " ", " .x", "..", "x", "~", ":"];
        string[] ends = ["", ".", " ", "..", ". ", " ."];
        foreach (string segment in from device in devices from middle in middles from end in ends select device + middle + end)
        {
            string name = _names.PathOf(segment);

            Assert.That(IsTaken(name), Is.True, segment);
            Assert.That(_names.TryReadSegment(name, out string? back) && back == segment, Is.True, segment);
        }
    }

    [Test]
    public void Any_segment_reads_back_and_is_taken_by_every_system()
    {
        var character = Gen.OneOf(
            Gen.Elements('~', '=', '.', ' ', 'c', 'o', 'n', '1', '\0', 'A', 'a', ':', '^', '\u00DF', '\u0301', '\u00B9'),
            Gen.Choose(1, 0xD7FF).Select(static code => (char)code));
        var segment = character.ListOf().Resize(400).Select(static characters => string.Concat(characters).Replace('/', ':'));
        Prop.ForAll(
            Arb.From(segment),
            text => text.Length == 0
                || (_names.PathOf(text) is var path
                    && path.Split('/').All(IsTaken)
                    && _names.TryReadSegment(path, out string? back) && back == text))
            .QuickCheckThrowOnFailure();
    }

    [Test]
    public void Keys_that_differ_have_names_that_differ_where_case_and_form_count_for_nothing()
    {
        string[] keys = [.. TestKeys.All, "\u00E9", "e\u0301", "\u00C9", "\u00DF", "ss", "\u017F", "s", "S", "\u212A", "k", "\uFB01", "fi", "\u03C2", "\u03C3", "\u03A3"];
        var paths = keys.Distinct(StringComparer.Ordinal).Select(_names.PathOf).ToList();

        Assert.That(paths.Select(static path => path.Normalize(NormalizationForm.FormC).ToUpperInvariant()), Is.Unique);
        Assert.That(paths.Select(static path => path.Normalize(NormalizationForm.FormD).ToUpperInvariant()), Is.Unique);
    }

    /// <summary>Every character that is kept is its own lower case in the form that macOS compares in, by the tables of .NET.</summary>
    [Test]
    public void Every_character_that_is_kept_is_its_own_lower_case_in_NFC()
    {
        for (int code = 0x80; code <= 0x10FFFF; code++)
        {
            if (Rune.IsValid(code) && !PortableNames.MustEscape(new Rune(code)))
            {
                string text = new Rune(code).ToString();
                Assert.That(text.Normalize(NormalizationForm.FormC), Is.EqualTo(text), $"U+{code:X4}");
                Assert.That(text.ToLowerInvariant(), Is.EqualTo(text), $"U+{code:X4}");
                Assert.That(text.ToUpperInvariant().ToLowerInvariant(), Is.EqualTo(text), $"U+{code:X4}");
                Assert.That(("x" + text).Normalize(NormalizationForm.FormC), Has.Length.EqualTo(1 + text.Length), $"U+{code:X4}");
            }
        }
    }

    /// <summary>Whether Windows takes a name, and takes it for itself.</summary>
    private static bool IsTaken(string name) =>
        name.Length > 0
        && Encoding.UTF8.GetByteCount(name) <= 255
        && !name.Any(static c => c < ' ' || RefusedByWindows.Contains(c, StringComparison.Ordinal) || c is >= 'A' and <= 'Z')
        && name[^1] is not ('.' or ' ')
        && !PortableNames.IsDevice(name);
}
