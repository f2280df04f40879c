using BleepStore.Storage.Engine.Hashing;
using BleepStore.Storage.Engine.Writes;

namespace BleepStore.Storage.Tests.Engine.Writes;

public class WriteTokenTests
{
    [Test]
    public void A_token_is_22_characters_of_the_Base64url_alphabet_and_never_the_same()
    {
        string[] tokens = Enumerable.Range(0, 1000).Select(static _ => WriteToken.Create()).ToArray();
        Assert.That(tokens, Is.Unique.And.All.Matches("^[A-Za-z0-9_-]{22}$"));
    }

    [Test]
    public void A_token_tells_the_plan_of_its_parts_and_no_other_plan()
    {
        var plan = new PartPlan(partSize: 1000, threshold: 1000);
        string[] tokens = Enumerable.Range(0, 1000).Select(_ => WriteToken.Create(plan)).ToArray();
        Assert.That(tokens, Is.Unique.And.All.Matches("^[A-Za-z0-9_-]{22}$"));
        Assert.That(tokens.All(token => WriteToken.IsOfPlan(token, new PartPlan(1000, threshold: 5000))), Is.True);
        foreach (PartPlan other in new[] { new PartPlan(1001, 1001), new PartPlan(1000, 1000, largestPart: 2000) })
        {
            Assert.That(tokens.Any(token => WriteToken.IsOfPlan(token, other)), Is.False);
        }

        Assert.That(WriteToken.IsOfPlan(WriteToken.Create(), plan), Is.False);
        Assert.That(new[] { null, "", "short", new string('!', 22), new string('A', 44) }.Any(odd => WriteToken.IsOfPlan(odd, plan)), Is.False);
    }

    [TestCase("token", "token")]
    [TestCase("token.s3id", "token")]
    [TestCase("token.s3.id", "token")]
    [TestCase(".s3id", "")]
    [TestCase("", "")]
    public void The_object_of_an_upload_carries_what_its_id_begins_with(string uploadId, string token) =>
        Assert.That(WriteToken.OfUpload(uploadId), Is.EqualTo(token));
}
