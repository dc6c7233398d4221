using Monolith.Embeddings.Memory;
using NUnit.Framework.Internal;

namespace Monolith.Embeddings.Tests.Support;

/// <summary>The leak check notices a leak, and a block that a finalizer frees still counts as one.</summary>
public class LeakCheckedTests
{
    [Test]
    public void A_block_that_stays_is_a_leak_until_it_is_disposed()
    {
        using var isolated = new TestExecutionContext.IsolatedContext();
        var check = new Checked();
        check.RememberUndisposedBytes();
        var block = new MemoryAccount(10_000).Allocate(1000);
        Assert.That(check.AssertThatNothingLeaked, Throws.InstanceOf<AssertionException>().With.Message.Contains("1000"));
        block.Dispose();
        block.Dispose();
        Assert.That(check.AssertThatNothingLeaked, Throws.Nothing);
    }

    [Test]
    public void A_block_that_the_collector_found_was_leaked_all_the_same()
    {
        using var isolated = new TestExecutionContext.IsolatedContext();
        var (check, account) = (new Checked(), new MemoryAccount(10_000));
        check.RememberUndisposedBytes();
        Forget(account);
        Memory.MemoryAccountTests.Collect(() => account.Bytes == 0);
        Assert.That(account.Bytes, Is.Zero);
        Assert.That(check.AssertThatNothingLeaked, Throws.InstanceOf<AssertionException>());
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Forget(MemoryAccount account) => _ = account.Allocate(1000);

    private sealed class Checked : LeakChecked;
}
