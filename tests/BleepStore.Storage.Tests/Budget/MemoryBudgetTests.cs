using BleepStore.Storage.Budget;

namespace BleepStore.Storage.Tests.Budget;

public class MemoryBudgetTests
{
    [Test]
    public void No_more_is_given_than_there_is()
    {
        var budget = new MemoryBudget(10);
        Assert.That(budget.TryTake(6), Is.True);
        Assert.That(budget.TryTake(5), Is.False);
        Assert.That(budget.TryTake(4), Is.True);
        Assert.That(budget.TryTake(0), Is.True);
        budget.Return(6);
        Assert.That(budget.TryTake(7), Is.False);
        Assert.That(budget.TryTake(6), Is.True);
    }

    [Test]
    public async Task Who_waits_is_served_when_enough_has_come_back()
    {
        var budget = new MemoryBudget(10);
        budget.TryTake(10);
        Task waiting = budget.TakeAsync(8, CancellationToken.None).AsTask();
        budget.Return(4);
        Assert.That(waiting.IsCompleted, Is.False);
        budget.Return(4);
        await waiting;
        Assert.That(budget.TryTake(1), Is.False);
    }

    [Test]
    public async Task Waiting_can_be_cancelled_and_takes_nothing()
    {
        var budget = new MemoryBudget(10);
        budget.TryTake(10);
        using var cancel = new CancellationTokenSource();
        Task waiting = budget.TakeAsync(1, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Support.Catch.AsyncAs<OperationCanceledException>(() => waiting);
        budget.Return(10);
        Assert.That(budget.TryTake(10), Is.True);
    }
}
