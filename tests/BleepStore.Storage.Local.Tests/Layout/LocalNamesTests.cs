using System.Text;
using BleepStore.Storage.Local.Layout;
using BleepStore.Storage.Local.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace BleepStore.Storage.Local.Tests.Layout;

public class LocalNamesTests
{
    private readonly LocalNames _names = new(NameRules.Linux);

    [TestCase("plain.txt", "plain.txt")]
    [TestCase("a/b/c", "a/b/c")]
    [TestCase("", "~=-")]
    [TestCase("/", "~=-/~=-")]
    [TestCase("//", "~=-/~=-/~=-")]
    [TestCase("dir/", "dir/~=-")]
    [TestCase("p//q", "p/~=-/q")]
    [TestCase("/lead", "~=-/lead")]
    [TestCase(".", "~=2e")]
    [TestCase("a/../b", "a/~=2e./b")]
    [TestCase("../../x", "~=2e./~=2e./x")]
    [TestCase("...", "...")]
    [TestCase("nul\0", "nul~=00")]
    [TestCase("~=@", "~=7e=@")]
    [TestCase("~=_", "~=7e=_")]
    [TestCase("~=-/~=7e", "~=7e=-/~=7e=7e")]
    [TestCase(".bleepstore/uploads/x", ".bleepstore/uploads/x")]
    [TestCase("C:\\x", "C:\\x")]
    public void A_key_is_spelled_as_the_path(string key, string path) => Assert.That(_names.PathOf(key), Is.EqualTo(path));

    [Test]
    public void A_segment_of_250_and_of_255_bytes_is_a_name_as_it_stands()
    {
        Assert.That(_names.PathOf(new string('s', 250)), Is.EqualTo(new string('s', 250)));
        Assert.That(_names.PathOf("a/" + new string('s', 255)), Is.EqualTo("a/" + new string('s', 255)));
    }

    [Test]
    public void A_longer_segment_is_cut_into_names_of_at_most_255_bytes()
    {
        Assert.That(_names.PathOf(new string('s', 256)), Is.EqualTo(new string('s', 252) + "~=_/ssss"));
        Assert.That(_names.PathOf(new string('k', 900)).Split('/'), Has.Length.EqualTo(4).And.All.Length.LessThanOrEqualTo(255));
    }

    [TestCase("é")]
    [TestCase("日")]
    [TestCase("🙀")]
    [TestCase("\0")]
    [TestCase("~=")]
    [TestCase("..")]
    public void A_long_segment_is_never_cut_inside_a_character_or_an_escape(string unit)
    {
        for (int offset = 0; offset < 8; offset++)
        {
            string key = new string('s', offset) + string.Concat(Enumerable.Repeat(unit, 300));
            string path = _names.PathOf(key);

            Assert.That(path.Split('/').Select(Encoding.UTF8.GetByteCount), Is.All.LessThanOrEqualTo(255));
            Assert.That(_names.TryReadSegment(path, out string? back), Is.True);
            Assert.That(back, Is.EqualTo(key));
        }
    }

    [Test]
    public void A_name_that_no_key_is_spelled_as_does_not_read_back()
    {
        string[] foreign = ["~=@", "~=_", "x~=_", "~=zz", "~=41", "~=2F", "~=2f", "~=00~=-", "~=7E=", "sss~=_/ssss", ".~=00".Replace("~=00", "~=2e", StringComparison.Ordinal)];
        foreach (string name in foreign)
        {
            Assert.That(_names.TryReadSegment(name, out _), Is.False, name);
        }
    }

    [Test]
    public void Where_case_is_ignored_keys_that_differ_by_case_have_names_that_do_not()
    {
        var names = new LocalNames(NameRules.LinuxIgnoringCase);

        Assert.That(names.PathOf("CASE/Name"), Is.EqualTo("~=43~=41~=53~=45/~=4eame"));
        Assert.That(TestKeys.All.Select(key => names.PathOf(key).Normalize().ToUpperInvariant()), Is.Unique);
    }

    [Test]
    public void Every_key_has_a_path_of_its_own_and_none_is_dangerous([Values(0, 1, 2)] int rules)
    {
        var names = new LocalNames((NameRules)rules);
        var paths = TestKeys.All.ToDictionary(key => key, names.PathOf, StringComparer.Ordinal);

        Assert.That(paths.Values, Is.Unique);
        Assert.That(paths.Values.SelectMany(path => path.Split('/')), Is.All.Not.Empty.And.All.Not.EqualTo(".").And.All.Not.EqualTo(".."));
    }

    [Test]
    public void Any_segment_reads_back_from_its_path([Values(0, 1)] int rules)
    {
        var names = new LocalNames((NameRules)rules);
        Prop.ForAll(Arb.From(Segments()), text => names.TryReadSegment(names.PathOf(text), out string? back) && back == text)
            .QuickCheckThrowOnFailure();
    }

    /// <summary>The other spellings of a segment are those that a system can treat as the same name.</summary>
    [Test]
    public void Any_two_spellings_have_names_that_differ_where_case_and_form_count_for_nothing([Values(1, 2)] int rules)
    {
        var names = new LocalNames((NameRules)rules);
        Func<string, string>[] spell =
        [
            static text => text.ToUpperInvariant(),
            static text => text.ToLowerInvariant(),
            static text => text.Normalize(NormalizationForm.FormC),
            static text => text.Normalize(NormalizationForm.FormD),
        ];
        Prop.ForAll(
            Arb.From(Segments()),
            text => spell.All(other => other(text) == text || Fold(names.PathOf(other(text))) != Fold(names.PathOf(text))))
            .QuickCheckThrowOnFailure();

        static string Fold(string path) => path.Normalize(NormalizationForm.FormD).ToUpperInvariant().Normalize(NormalizationForm.FormD);
    }

    private static Gen<string> Segments()
    {
        var character = Gen.OneOf(
            Gen.Elements('~', '=', '.', '@', '_', '-', '\0', 'A', 'a', '0', '2', 'e', '\u00E9', '\u0301', '\u00DF', '\u03C2', '\u212A', '\u0130'),
            Gen.Choose(1, 0xD7FF).Select(static code => (char)code));
        return character.ListOf().Resize(600).Select(static characters => string.Concat(characters).Replace('/', ':'));
    }
}
