using BleepStore.Storage.Transfers;

namespace BleepStore.Storage.Tests.Transfers;

public class ContentTypesTests
{
    [TestCase("a.png", "image/png")]
    [TestCase("A.PNG", "image/png")]
    [TestCase("archive.tar.gz", "application/gzip")]
    [TestCase("folder.png/file", null)]
    [TestCase(".html", "text/html")]
    [TestCase("a.", null)]
    [TestCase("a.unheard-of", null)]
    [TestCase("", null)]
    public void The_extension_tells(string name, string? expected) => Assert.That(ContentTypes.Of(name), Is.EqualTo(expected));
}
