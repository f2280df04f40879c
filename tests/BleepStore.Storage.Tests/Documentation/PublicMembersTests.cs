using System.Xml.Linq;
using BleepStore.Storage.Engine.Hashing;
using BleepStore.Storage.PublicDocs;

namespace BleepStore.Storage.Tests.Documentation;

/// <summary>The XML files of packages describe what their users can call.</summary>
public sealed class PublicMembersTests
{
    private static readonly string Core = typeof(ObjectStore).Assembly.Location;

    [TestCase("T:BleepStore.Storage.ObjectStore")]
    [TestCase("M:BleepStore.Storage.ObjectStore.#ctor")]
    [TestCase("P:BleepStore.Storage.PutOptions.IfAbsent")]
    [TestCase("F:BleepStore.Storage.StorageErrorCode.NoSuchKey")]
    [TestCase("M:BleepStore.Storage.ObjectStore.CheckAsync(BleepStore.Storage.CheckOptions,System.Threading.CancellationToken)")]
    public void An_entry_of_a_public_or_protected_member_stays(string id) => Assert.That(Kept(id), Is.EqualTo(new[] { id }));

    [TestCase("T:BleepStore.Storage.Engine.Hashing.PartPlan")]
    [TestCase("M:BleepStore.Storage.Engine.Hashing.PartPlan.SizeOf(System.Int32)")]
    [TestCase("F:BleepStore.Storage.Backends.Toolkit.KeyCodec._escapesAscii")]
    [TestCase("T:BleepStore.Storage.NoSuchType")]
    public void An_entry_of_another_member_goes(string id) => Assert.That(Kept(id), Is.Empty);

    [Test]
    public void The_file_of_the_core_keeps_the_comments_of_all_public_types()
    {
        XDocument document = XDocument.Load(Path.ChangeExtension(Core, ".xml"));
        int before = document.Descendants("member").Count();

        PublicMembers.Keep(document, Core, References());

        string[] types = [.. Ids(document).Where(static id => id.StartsWith("T:", StringComparison.Ordinal)).Select(static id => id[2..])];
        IEnumerable<string> expected = typeof(ObjectStore).Assembly.GetExportedTypes().Select(static type => type.FullName!.Replace('+', '.'));
        Assert.That(types, Is.EquivalentTo(expected));
        Assert.That(Ids(document).Count(), Is.LessThan(before));
    }

    private static IEnumerable<string> Kept(string id)
    {
        Assume.That(typeof(PartPlan).IsVisible, Is.False);
        var document = new XDocument(new XElement("doc", new XElement("members", new XElement("member", new XAttribute("name", id)))));
        PublicMembers.Keep(document, Core, References());
        return Ids(document);
    }

    private static IEnumerable<string> Ids(XDocument document) =>
        document.Descendants("member").Select(static member => member.Attribute("name")!.Value);

    /// <summary>The assemblies of this process, without the one that is described.</summary>
    private static IEnumerable<string> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path) != Path.GetFileName(Core));
}
