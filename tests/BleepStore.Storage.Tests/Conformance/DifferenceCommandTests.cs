using BleepStore.Storage.Conformance;
using BleepStore.Storage.Conformance.Support;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Commands;

namespace BleepStore.Storage.Tests.Conformance;

public class DifferenceCommandTests
{
    [Test]
    public void A_test_without_a_declaration_is_what_it_is()
    {
        Assert.That(Run(declared: null, static () => { }).Status, Is.EqualTo(TestStatus.Passed));
        Assert.That(() => Run(declared: null, static () => throw new AssertionException("wrong")), Throws.InstanceOf<AssertionException>());
    }

    [Test]
    public void A_declared_difference_that_shows_passes() =>
        Assert.That(
            Run(new Difference(Name, "The upstream cannot."), static () => throw new AssertionException("wrong")).Status,
            Is.EqualTo(TestStatus.Passed));

    [Test]
    public void A_declared_difference_that_does_not_show_fails()
    {
        ResultState state = Run(new Difference(Name, "The upstream cannot."), static () => { });

        Assert.That(state.Status, Is.EqualTo(TestStatus.Failed));
    }

    [Test]
    public void An_occasional_difference_may_show_or_not_but_not_answer_otherwise()
    {
        var difference = new Difference(Name, "The upstream's race.", StorageErrorCode.OperationAborted) { IsOccasional = true };

        Assert.That(Run(difference, static () => { }).Status, Is.EqualTo(TestStatus.Passed));
        Assert.That(
            Run(difference, static () => throw new StorageException(StorageErrorCode.OperationAborted, "No.")).Status,
            Is.EqualTo(TestStatus.Passed));
        Assert.That(Run(difference, static () => throw new AssertionException("wrong")).Status, Is.EqualTo(TestStatus.Failed));
    }

    [Test]
    public void A_declared_answer_must_be_the_one_given()
    {
        var difference = new Difference(Name, "The upstream cannot.", StorageErrorCode.NotSupported);

        Assert.That(
            Run(difference, static () => throw new StorageException(StorageErrorCode.NotSupported, "No.")).Status,
            Is.EqualTo(TestStatus.Passed));
        Assert.That(
            Run(difference, static () => throw new StorageException(StorageErrorCode.InternalError, "No.")).Status,
            Is.EqualTo(TestStatus.Failed));
        Assert.That(Run(difference, static () => throw new AssertionException("wrong")).Status, Is.EqualTo(TestStatus.Failed));
    }

    [Test]
    public async Task The_answer_is_found_behind_a_failed_assertion()
    {
        var difference = new Difference(Name, "The upstream cannot.", StorageErrorCode.NotSupported);
        AssertionException failure = await StorageAssert.ThrowsAsync<AssertionException>(() => StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, static () => throw new StorageException(StorageErrorCode.NotSupported, "No.")));

        Assert.That(Run(difference, () => throw failure).Status, Is.EqualTo(TestStatus.Passed));
    }

    [Test]
    public void One_case_of_a_test_can_be_declared()
    {
        Assert.That(DeclaredDifferences.Find(
            new Harness(new Difference("Keys.Round_trips(backslash)", "…")), typeof(InMemoryKeys), "Round_trips(backslash)"), Is.Not.Null);
        Assert.That(DeclaredDifferences.Find(
            new Harness(new Difference("Keys.Round_trips(backslash)", "…")), typeof(InMemoryKeys), "Round_trips(dot)"), Is.Null);
        Assert.That(
            DeclaredDifferences.Find(new Harness(new Difference("Keys.Round_trips", "…")), typeof(InMemoryKeys), "Round_trips(dot)"),
            Is.Not.Null);
        Assert.That(
            DeclaredDifferences.Find(new Harness(new Difference("Keys.Round", "…")), typeof(InMemoryKeys), "Round_trips(dot)"), Is.Null);
        Assert.That(
            DeclaredDifferences.Find(new Harness(new Difference("Put.Round_trips", "…")), typeof(InMemoryKeys), "Round_trips(dot)"),
            Is.Null);
    }

    [Test]
    [UsesMultipart]
    public void A_test_of_multipart_uploads_must_be_NotSupported_where_the_capabilities_have_none()
    {
        var without = new StorageCapabilities { SupportsMultipart = false };

        Assert.That(Run(null, Refuse, without).Status, Is.EqualTo(TestStatus.Passed));
        Assert.That(Run(null, static () => { }, without).Status, Is.EqualTo(TestStatus.Failed));
        Assert.That(Run(null, static () => throw new AssertionException("wrong"), without).Status, Is.EqualTo(TestStatus.Failed));
        Assert.That(() => Run(null, Refuse, new StorageCapabilities()), Throws.InstanceOf<StorageException>());

        static void Refuse() => throw new StorageException(StorageErrorCode.NotSupported, "No.");
    }

    [Test]
    public void Another_test_must_keep_the_contract_without_multipart_uploads_too() => Assert.That(
        () => Run(null, static () => throw new StorageException(StorageErrorCode.NotSupported, "No."), new() { SupportsMultipart = false }),
        Throws.InstanceOf<StorageException>());

    [Test]
    public void Only_cases_with_the_argument_use_multipart_uploads()
    {
        Assert.That(new UsesMultipartAttribute("Complete").IsUsedBy([1, "Complete"]), Is.True);
        Assert.That(new UsesMultipartAttribute("Complete").IsUsedBy([1, null, "Put"]), Is.False);
        Assert.That(new UsesMultipartAttribute().IsUsedBy([]), Is.True);
    }

    private static string Name => $".{TestExecutionContext.CurrentContext.CurrentTest.Name}";

    private static ResultState Run(Difference? declared, Action body, StorageCapabilities? capabilities = null)
    {
        Test test = TestExecutionContext.CurrentContext.CurrentTest;
        var context = new TestExecutionContext
        {
            CurrentTest = test,
            CurrentResult = test.MakeTestResult(),
            TestObject = new Fixture(new Harness(declared), capabilities ?? new()),
        };
        return new DifferenceCommand(new BodyCommand(test, body)).Execute(context).ResultState;
    }

    private sealed class BodyCommand(Test test, Action body) : TestCommand(test)
    {
        public override TestResult Execute(TestExecutionContext context)
        {
            body();
            context.CurrentResult.SetResult(ResultState.Success);
            return context.CurrentResult;
        }
    }

    private sealed class Fixture(ConformanceHarness harness, StorageCapabilities capabilities) : IConformanceFixture
    {
        public ConformanceHarness Harness => harness;

        public StorageCapabilities Capabilities => capabilities;
    }

    private sealed class Harness(Difference? difference) : ConformanceHarness
    {
        public override string Name => "declared";

        public override IReadOnlyList<Difference> Differences => difference is null ? [] : [difference];

        public override ValueTask<ObjectStore> CreateStoreAsync(ObjectStoreOptions? options = null, TimeProvider? timeProvider = null) =>
            throw new NotSupportedException();
    }
}
