using BleepStore.Storage.Gcp.Wire;

namespace BleepStore.Storage.Gcp.Tests.Wire;

public sealed class Crc32CTests
{
    /// <summary>RFC 3720, appendix B.4, and the check value of every catalogue.</summary>
    [TestCase("", "AAAAAA==")]
    [TestCase("313233343536373839", "4waSgw==")]
    [TestCase("0000000000000000000000000000000000000000000000000000000000000000", "ipE2qg==")]
    [TestCase("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "YqirQw==")]
    public void Known_values(string hex, string expected)
    {
        byte[] bytes = Convert.FromHexString(hex);
        for (int split = 0; split <= bytes.Length; split++)
        {
            var crc = new Crc32C();
            crc.Append(bytes.AsSpan(0, split));
            crc.Append(bytes.AsSpan(split));
            Assert.That(crc.Text, Is.EqualTo(expected), $"split at {split}");
        }
    }
}
