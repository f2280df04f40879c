using System.Buffers.Text;
using System.Security.Cryptography;
using BleepStore.Storage.Azure.Uploads;
using BleepStore.Storage.Azure.Wire;

namespace BleepStore.Storage.Azure.Tests.Wire;

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
        foreach (string upload in new[]
        {
            Upload, Base64Url.EncodeToString(new byte[16]), Base64Url.EncodeToString(Enumerable.Repeat((byte)255, 16).ToArray()),
        })
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
    public void Of_blocks_of_the_same_attempt_the_one_counts_that_the_caller_names([Values] bool reversed)
    {
        string[] etags = [new('1', 32), new('2', 32), new('3', 32)];
        IEnumerable<StagedBlock> blocks = etags.Select(
            static etag => new StagedBlock(new BlockId("AAAAAAAAAAAAAAAAAAAAAA", 1, 4, etag, BlockFlags.None), 10));

        Assert.That(LatestOf(null), Is.EqualTo(etags[2]));
        Assert.That(LatestOf(new Dictionary<int, string> { [2] = etags[0] }), Is.EqualTo(etags[2]), "another part is named");
        foreach (string etag in etags)
        {
            Assert.That(LatestOf(new Dictionary<int, string> { [1] = etag }), Is.EqualTo(etag));
        }

        string LatestOf(Dictionary<int, string>? wanted)
        {
            var latest = new SortedDictionary<int, StagedBlock>();
            foreach (StagedBlock block in reversed ? blocks.Reverse() : blocks)
            {
                StagedUpload.AddLatest(latest, block, wanted);
            }

            return latest[1].Id.ETag;
        }
    }

    [Test]
    public void A_later_attempt_counts_whatever_the_caller_names()
    {
        var latest = new SortedDictionary<int, StagedBlock>();
        StagedUpload.AddLatest(
            latest, new StagedBlock(new BlockId("AAAAAAAAAAAAAAAAAAAAAA", 1, 2, new string('1', 32), BlockFlags.None), 10));
        StagedUpload.AddLatest(
            latest,
            new StagedBlock(new BlockId("AAAAAAAAAAAAAAAAAAAAAA", 1, 1, new string('2', 32), BlockFlags.None), 10),
            new Dictionary<int, string> { [1] = new string('2', 32) });

        Assert.That(latest[1].Id.Attempt, Is.EqualTo(2));
    }
}
