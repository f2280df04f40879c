using System.Security.Cryptography;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Model;

public class ETagsTests
{
    private static readonly ObjectProperties Source = new()
    {
        Key = "k",
        Size = 10,
        ETag = "e",
        Revision = "1",
        LastModified = DateTimeOffset.UnixEpoch,
    };

    [Test]
    public void One_part_has_the_MD5_in_lower_case() =>
        Assert.That(ETags.FromMd5(MD5.HashData("abc"u8)), Is.EqualTo("900150983cd24fb0d6963f7d28e17f72"));

    [Test]
    public void Parts_have_the_MD5_of_their_MD5s_and_their_number()
    {
        PartInfo[] parts = [new() { PartNumber = 1, ETag = Bytes.Md5("hello"u8) }, new() { PartNumber = 2, ETag = Bytes.Md5("world"u8) }];
        string wanted = Bytes.Md5([.. MD5.HashData("hello"u8), .. MD5.HashData("world"u8)]) + "-2";
        Assert.That(ETags.Compose(parts), Is.EqualTo(wanted));
    }

    [Test]
    public void One_part_of_a_multipart_upload_keeps_its_suffix() =>
        Assert.That(ETags.Compose([new PartInfo
        {
            PartNumber = 7,
            ETag = Bytes.Md5("x"u8),
        }]), Is.EqualTo(Bytes.Md5(MD5.HashData("x"u8)) + "-1"));

    [TestCase("")]
    [TestCase("zz0150983cd24fb0d6963f7d28e17f72")]
    [TestCase("900150983cd24fb0d6963f7d28e17f")]
    [TestCase("900150983cd24fb0d6963f7d28e17f72-1")]
    public void A_part_whose_ETag_is_no_MD5_is_refused(string etag) =>
        Assert.That(() => ETags.Compose([new PartInfo
        {
            PartNumber = 1,
            ETag = etag,
        }]), Throws.ArgumentException.With.Message.Contains("part 1"));

    [Test]
    public void A_copied_part_has_an_ETag_in_the_form_of_an_MD5()
    {
        byte[] md5 = new byte[16];
        Assert.That(ETags.TryParseMd5(ETags.OfCopiedPart(Source, new ContentRange(0, 10, 10)), md5), Is.True);
    }

    [Test]
    public void Copied_parts_differ_by_source_revision_and_range()
    {
        var whole = new ContentRange(0, 10, 10);
        string[] etags =
        [
            ETags.OfCopiedPart(Source, whole),
            ETags.OfCopiedPart(Source with { ETag = "f" }, whole),
            ETags.OfCopiedPart(Source with { Revision = "2" }, whole),
            ETags.OfCopiedPart(Source, new ContentRange(1, 9, 10)),
            ETags.OfCopiedPart(Source, new ContentRange(0, 9, 10)),
        ];
        Assert.That(etags, Is.Unique);
        Assert.That(ETags.OfCopiedPart(Source, whole), Is.EqualTo(etags[0]));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("900150983cd24fb0d6963f7d28e17f72-2")]
    [TestCase("g00150983cd24fb0d6963f7d28e17f72")]
    public void What_is_no_MD5_is_not_parsed_as_one(string? etag) => Assert.That(ETags.TryParseMd5(etag, new byte[16]), Is.False);

    [Test]
    public void An_MD5_is_parsed_back()
    {
        byte[] md5 = new byte[16];
        Assert.That(ETags.TryParseMd5(Bytes.Md5("abc"u8), md5), Is.True);
        Assert.That(md5, Is.EqualTo(MD5.HashData("abc"u8)));
    }
}
