using System.Buffers.Text;
using System.Security.Cryptography;

namespace BleepStore.Storage.Azure.Tests;

public sealed class BlockIdTests
{
    private const string Md5 = "99c161a08d5d796ed203bc5768cc1274";

    private static readonly string Upload = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    [Test]
    public void Decodes_to_upload_part_number_attempt_MD5_and_flags()
    {
        var id = new BlockId(Upload, 10_000, long.MaxValue, Md5, BlockFlags.Copied | BlockFlags.Empty);

        Assert.That(BlockId.TryDecode(id.Encode()), Is.EqualTo(id));
    }

    [Test]
    public void Is_64_characters_of_Base64_encoded_once_for_every_part_of_every_upload()
    {
        foreach (string upload in new[] { Upload, Base64Url.EncodeToString(new byte[16]), Base64Url.EncodeToString(Enumerable.Repeat((byte)255, 16).ToArray()) })
        {
            for (int number = 1; number <= 10_000; number++)
            {
                string id = new BlockId(upload, number, number, Md5, BlockFlags.None).Encode();
                Assert.That(id, Has.Length.EqualTo(64));
                Assert.That(Convert.FromBase64String(id), Has.Length.EqualTo(48));
            }
        }
    }

    [Test]
    public void Differs_between_uploads_and_between_attempts_of_one_part()
    {
        var id = new BlockId(Upload, 1, 1, Md5, BlockFlags.None);

        string[] ids =
        [
            id.Encode(),
            (id with { Upload = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)) }).Encode(),
            (id with { PartNumber = 2 }).Encode(),
            (id with { Attempt = 2 }).Encode(),
            (id with { ETag = Md5.Replace('9', '8') }).Encode(),
            (id with { Flags = BlockFlags.Copied }).Encode(),
        ];

        Assert.That(ids, Is.Unique);
    }

    [TestCase("")]
    [TestCase("AAAA")]
    [TestCase("not base64!")]
    public void The_id_of_another_tool_does_not_decode(string id) => Assert.That(BlockId.TryDecode(id), Is.Null);

    [Test]
    public void Attempts_never_repeat_nor_go_back_when_the_clock_does()
    {
        var time = new SteppingTime();
        var attempts = new BlockAttempts(time);

        long[] taken = [attempts.Next(), attempts.Next(), time.Back(attempts), attempts.Next()];

        Assert.That(taken, Is.Ordered.Ascending.And.Unique);
    }

    private sealed class SteppingTime : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now;

        public long Back(BlockAttempts attempts)
        {
            _now -= TimeSpan.FromHours(1);
            return attempts.Next();
        }
    }
}
