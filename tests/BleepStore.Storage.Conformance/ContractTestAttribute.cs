using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal.Commands;

namespace BleepStore.Storage.Conformance;

/// <summary>
/// Marks a test of the contract, which is a <see cref="TestAttribute"/> that respects declared differences. A test whose difference is
/// declared is run and must fail, with the declared answer where there is one.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ContractTestAttribute : TestAttribute, IWrapTestMethod
{
    /// <inheritdoc/>
    public TestCommand Wrap(TestCommand command) => new DifferenceCommand(command);
}
