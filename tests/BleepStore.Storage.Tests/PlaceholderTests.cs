namespace BleepStore.Storage.Tests;

public class PlaceholderTests
{
    [Test]
    public void TestsAreFoundAndRun() =>
        Assert.That(typeof(PlaceholderTests).Assembly.GetName().Name, Is.EqualTo("BleepStore.Storage.Tests"));
}
