using NUnit.Framework.Internal;

namespace BleepStore.Storage.Tests.Shared.Workers;

/// <summary>How many fixtures run at a time for each processor of the machine. NUnit's own attribute takes a fixed number.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class WorkersPerProcessorAttribute(int count)
    : PropertyAttribute(PropertyNames.LevelOfParallelism, count * Environment.ProcessorCount)
{
    public int Count { get; } = count;
}
