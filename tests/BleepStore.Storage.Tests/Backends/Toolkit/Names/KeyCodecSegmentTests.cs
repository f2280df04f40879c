using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Tests.Backends.Toolkit.Names;

public sealed class KeyCodecSegmentTests
{
    private static readonly KeyCodec Codec = new(new KeyCodecRules { Dots = DotRule.NotAtEnds, EscapeEdgeSlashes = true, MaxSegments = 4 });

    [TestCase("dir/", "dir/~=")]
    [TestCase("/lead", "~=2flead")]
    [TestCase("/", "~=2f")]
    [TestCase("//", "~=2f/~=")]
    [TestCase(".", ".~=")]
    [TestCase("..", "..~=")]
    [TestCase("../x", "..~=/x")]
    [TestCase("a/../b", "a/..~=/b")]
    [TestCase("name.", "name.~=")]
    [TestCase("a./b.c", "a.~=/b.c")]
    [TestCase("a/b/c/d", "a/b/c/d")]
    [TestCase("a/b/c/d/e", "a/b/c/d~=2fe")]
    [TestCase("a/b/c/d./e/", "a/b/c/d.~=2fe~=2f")]
    [TestCase("x~=", "x~=7e=")]
    [TestCase("x~=/", "x~=7e=/~=")]
    [TestCase("x~", "x~")]
    public void Shields_and_escapes_what_may_not_stand_at_an_end(string key, string name)
    {
        Assert.That(Codec.Encode(key), Is.EqualTo(name));
        Assert.That(Codec.TryDecode(name, out string? back), Is.True);
        Assert.That(back, Is.EqualTo(key));
    }

    [TestCase("dir/")]
    [TestCase("dir~=2f")]
    [TestCase("a~=")]
    [TestCase("a~=/b")]
    [TestCase("/lead")]
    [TestCase("a.")]
    [TestCase("a/b/c/d/e")]
    [TestCase("~=/~=")]
    public void Does_not_decode_what_no_key_maps_to(string name) => Assert.That(Codec.TryDecode(name, out _), Is.False);

    [TestCase("", "")]
    [TestCase("dir/", "dir/")]
    [TestCase("dir", "dir")]
    [TestCase("a.", "a.")]
    [TestCase("/", "~=2f")]
    [TestCase("a./b/", "a.~=/b/")]
    [TestCase("x~", "x~")]
    public void Gives_the_beginning_that_all_names_share(string prefix, string expected)
    {
        Assert.That(Codec.EncodePrefix(prefix), Is.EqualTo(expected));
        foreach (string rest in (string[])["", "x", "=", "/", ".", "./x", "/x/y/z/w", "..", "~="])
        {
            Assert.That(Codec.Encode(prefix + rest), Does.StartWith(expected), rest);
        }
    }
}
