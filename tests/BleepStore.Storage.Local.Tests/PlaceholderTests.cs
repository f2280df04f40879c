namespace BleepStore.Storage.Local.Tests;

public class PlaceholderTests
{
    [Test]
    public void TestsAreFoundAndRun() =>
        Assert.That(typeof(PlaceholderTests).Assembly.GetName().Name, Is.EqualTo("BleepStore.Storage.Local.Tests"));
}
