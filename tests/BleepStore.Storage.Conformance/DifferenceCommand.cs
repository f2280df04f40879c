using System.Reflection;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Commands;

namespace BleepStore.Storage.Conformance;

/// <summary>Runs a test that is declared to differ, and turns its outcome round.</summary>
internal sealed class DifferenceCommand(TestCommand inner) : DelegatingTestCommand(inner)
{
    public override TestResult Execute(TestExecutionContext context)
    {
        if (context.TestObject is not IConformanceFixture fixture || (Declared(fixture) ?? Implied(fixture)) is not { } difference)
        {
            return innerCommand.Execute(context);
        }

        Exception? failure = null;
        try
        {
            innerCommand.Execute(context);
        }
        catch (Exception thrown)
        {
            failure = thrown;
        }

        context.CurrentResult = Test.MakeTestResult();
        switch (failure)
        {
            case null when difference.IsOccasional:
                context.CurrentResult.SetResult(
                    ResultState.Success, $"Keeps the contract this time, though not always: {difference.Reason}");
                break;
            case null:
                context.CurrentResult.SetResult(
                    ResultState.Failure, $"Declared to differ ({difference.Reason}), but it keeps the contract. Remove the declaration.");
                break;
            case var _ when difference.Answer is { } answer
                && !Causes(failure).OfType<StorageException>().Any(error => error.Code == answer):
                context.CurrentResult.SetResult(
                    ResultState.Failure, $"Declared to answer {answer} ({difference.Reason}), but it failed otherwise: {failure}");
                break;
            default:
                context.CurrentResult.SetResult(ResultState.Success, $"Differs as declared: {difference.Reason}");
                break;
        }

        return context.CurrentResult;
    }

    private Difference? Declared(IConformanceFixture fixture) => DeclaredDifferences.Find(fixture.Harness, fixture.GetType(), Test.Name);

    /// <summary>The difference that follows from the capabilities of the backend, which nobody declares.</summary>
    private Difference? Implied(IConformanceFixture fixture) =>
        !fixture.Capabilities.SupportsMultipart && (UsesMultipart(Test.Method!.MethodInfo) || UsesMultipart(fixture.GetType()))
            ? new Difference(Test.Name, "The backend has no multipart uploads.", StorageErrorCode.NotSupported)
            : null;

    private bool UsesMultipart(MemberInfo member) =>
        member.GetCustomAttribute<UsesMultipartAttribute>() is { } attribute && attribute.IsUsedBy(Test.Arguments);

    private static IEnumerable<Exception> Causes(Exception failure)
    {
        for (Exception? at = failure; at is not null; at = at.InnerException)
        {
            yield return at;
        }
    }
}
