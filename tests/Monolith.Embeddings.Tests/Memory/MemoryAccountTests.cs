using System.Runtime.CompilerServices;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Memory;

public unsafe class MemoryAccountTests : LeakChecked
{
    [Test]
    public void A_block_is_zeroed_counted_and_given_back(
        [Values(1, 64, 4096, 131071, 131072, 200_000, (2 << 20) - 1, 2 << 20, (2 << 20) + 1, 5 << 20)] int bytes)
    {
        var account = new MemoryAccount(64 << 20);
        using (var dirty = account.Allocate(bytes)) new Span<byte>(dirty.Pointer, bytes).Fill(255);
        using (var block = account.Allocate(bytes))
        {
            Assert.That(block.Bytes, Is.InRange(bytes, bytes + Environment.SystemPageSize));
            Assert.That(account.Bytes, Is.EqualTo(block.Bytes));
            Assert.That((nint)block.Pointer % 64, Is.EqualTo((nint)0), "a cache line's start");
            Assert.That(new Span<byte>(block.Pointer, (int)block.Bytes).ContainsAnyExcept((byte)0), Is.False, "not zeroed");
            new Span<byte>(block.Pointer, (int)block.Bytes).Fill(255);
            if (OperatingSystem.IsLinux() && bytes >= LinuxMemory.HugePageBytes)
                Assert.That((nint)block.Pointer % (2 << 20), Is.EqualTo((nint)0), "a huge page's start");
        }
        Assert.That(account.Bytes, Is.Zero);
    }

    [Test]
    public void The_limit_refuses_and_leaves_the_state()
    {
        var account = new MemoryAccount(10_000);
        using var first = account.Allocate(6_000);
        Assert.That(() => account.Allocate(4_001), Throws.InstanceOf<OutOfMemoryException>()
            .With.Message.Contains("4001").And.Message.Contains("6000").And.Message.Contains("10000"));
        Assert.That(account.Bytes, Is.EqualTo(6_000));
        using var second = account.Allocate(4_000);
        Assert.That(account.Bytes, Is.EqualTo(10_000));
    }

    [Test]
    public void Disposing_twice_gives_back_once()
    {
        var account = new MemoryAccount(10_000);
        var block = account.Allocate(100);
        block.Dispose();
        block.Dispose();
        Assert.That((account.Bytes, (nint)block.Pointer), Is.EqualTo((0L, (nint)0)));
    }

    [Test]
    public void A_large_request_that_is_refused_does_not_make_a_small_one_fail()
    {
        var account = new MemoryAccount(1 << 20);
        var stop = false;
        var refusing = Task.Run(() =>
        {
            while (!Volatile.Read(ref stop)) Assert.That(() => account.Allocate(2 << 20), Throws.InstanceOf<OutOfMemoryException>());
        });
        try
        {
            for (var i = 0; i < 5_000; i++)
            {
                account.Allocate(64).Dispose();
                Assert.That(account.Bytes, Is.LessThanOrEqualTo(1 << 20));
            }
        }
        finally
        {
            Volatile.Write(ref stop, true);
        }
        Assert.That(() => refusing.Wait(), Throws.Nothing);
    }

    [Test]
    public void A_forgotten_block_is_freed_in_the_end()
    {
        var account = new MemoryAccount(64 << 20);
        Forget(account);
        Collect(() => account.Bytes == 0);
        Assert.That(account.Bytes, Is.Zero);
        Forgive();
    }

    /// <summary>Collects until a condition holds, a bounded number of times.</summary>
    internal static void Collect(Func<bool> holds)
    {
        for (var i = 0; i < 20 && !holds(); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(MemoryAccount account)
    {
        for (var i = 0; i < 4; i++) account.Allocate(1 << (10 + 4 * i));
        Assert.That(account.Bytes, Is.Positive);
    }
}
