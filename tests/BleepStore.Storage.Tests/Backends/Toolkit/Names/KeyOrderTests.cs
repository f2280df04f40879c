using System.Text;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Tests.Support;
using FsCheck.Fluent;

namespace BleepStore.Storage.Tests.Backends.Toolkit.Names;

public class KeyOrderTests
{
    private static readonly string[] Alphabet =
        ["a",
        "b",
        "/",
        "\0",
        "\u007f",
        "\u0080",
        "é",
        "\u07ff",
        "\u0800",
        "\ud7ff",
        "\ue000",
        "\uffff",
        "\U00010000",
        "\U0010ffff",
        "😀",
        "😁"];

    [Test]
    public void Keys_are_ordered_by_their_UTF8_bytes() => Law.Holds(
        Gen.Two(Law.Text(0, Alphabet)),
        static pair =>
        {
            int bytes = Encoding.UTF8.GetBytes(pair.Item1).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(pair.Item2));
            return Math.Sign(KeyOrder.Instance.Compare(pair.Item1, pair.Item2)) == Math.Sign(bytes)
                && Math.Sign(KeyOrder.Compare(pair.Item1.AsSpan(), pair.Item2.AsSpan())) == Math.Sign(bytes);
        },
        times: 5000);

    [Test]
    public void What_lies_above_the_basic_plane_comes_after_its_end()
    {
        Assert.That(KeyOrder.Instance.Compare("\U00010000", "\uffff"), Is.Positive);
        Assert.That(string.CompareOrdinal("\U00010000", "\uffff"), Is.Negative, "which is where the two orders differ");
    }

    [Test]
    public void A_dash_sorts_before_a_slash() => Assert.That(KeyOrder.Instance.Compare("t-/", "t/"), Is.Negative);

    [Test]
    public void Null_comes_first()
    {
        Assert.That(KeyOrder.Instance.Compare(null, ""), Is.Negative);
        Assert.That(KeyOrder.Instance.Compare("", null), Is.Positive);
        Assert.That(KeyOrder.Instance.Compare(null, null), Is.Zero);
    }
}
