using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Local.Tests.Support;

/// <summary>The block that ends <c>dotnet test</c> where something is missing.</summary>
public sealed class NotTestedTests
{
    [Test]
    public void Each_reason_is_one_line_with_its_project_and_count_the_most_tests_first() =>
        Assert.That(
            NotTested.Lines("Some.Tests", [new("There is no b.", 1), new("There is no c:\nInstall c.", 2_222), new("There is no a.", 1)]),
            Is.EqualTo(
            [
                "Some.Tests, 2,222 tests: There is no c: Install c.",
                "Some.Tests, 1 test: There is no a.",
                "Some.Tests, 1 test: There is no b.",
            ]));
}
