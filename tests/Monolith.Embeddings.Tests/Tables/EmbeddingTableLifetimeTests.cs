using System.Runtime.CompilerServices;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Tests.Memory;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables;

public class EmbeddingTableLifetimeTests : LeakChecked
{
    [Test]
    public void A_disposed_table_refuses_every_verb()
    {
        var table = TestTable.Create(TestTable.Plain());
        table.Assign([1], [1, 2], At.Seconds(0));
        table.Dispose();
        table.Dispose();
        Action[] verbs =
        [
            () => table.Lookup([1], new float[2]), () => table.Lookup([], []), () =>
                table.LookupOrAdmit([1], [], new float[2], At.Seconds(0)),
            () => table.ApplyGradients([1], [1, 1], [], At.Seconds(0)), () => table.Assign([1], [1, 1], At.Seconds(0)), () =>
                table.AssignAdd([1], [1, 1], At.Seconds(0)),
            () => table.Contains(1), () => table.Remove(1), () => table.Remove([]), () => table.Evict(), table.Clear,
            () => table.GetStatistics(),
        ];
        foreach (var verb in verbs)
            Assert.That(() => verb(), Throws.InstanceOf<ObjectDisposedException>().With.Message.Contains("'plain'"));
        Assert.That(table.Count, Is.Zero);
    }

    [Test]
    public void Disposing_gives_all_memory_back()
    {
        var options = new EmbeddingTableSetOptions { MemoryLimitBytes = 1 << 26 };
        var memory = new TableMemory(new TableSchema([TestTable.Options()]), options);
        var table = new EmbeddingTable(TestTable.Options(), new(), memory, null);
        table.Assign(TestTable.Range(0, 50_000), new float[50_000 * table.Dimension], At.Seconds(0));
        Assert.That((memory.Account.Bytes, memory.Budget.Used), Is.GreaterThan((1L, 1L))
            .Using<(long, long)>((a, b) => a.Item1 > b.Item1 && a.Item2 > b.Item2 ? 1 : -1));
        table.Dispose();
        Assert.That((memory.Account.Bytes, memory.Budget.Used), Is.EqualTo((0L, 0L)));
    }

    [Test]
    public void A_forgotten_table_frees_its_memory_in_the_end()
    {
        var account = Forget();
        MemoryAccountTests.Collect(() => account.Bytes == 0);
        Assert.That(account.Bytes, Is.Zero);
        Forgive();
    }

    [Test]
    public void A_set_that_is_disposed_has_no_memory_and_no_rows()
    {
        var set = new EmbeddingTableSet(new TableSchema([TestTable.Plain(), TestTable.Options()]), new() { MemoryLimitBytes = 1 << 24 });
        set["plain"].Assign([1], [1, 2], At.Seconds(0));
        Assert.That((set.Count, set.MemoryBytes), Is.GreaterThan((0L, 0L)));
        set.Dispose();
        Assert.That((set.Count, set.MemoryBytes), Is.EqualTo((0L, 0L)));
    }

    [Test]
    public void A_table_that_a_set_does_not_have_is_named_with_those_it_has()
    {
        using var set = new EmbeddingTableSet(
            new TableSchema([TestTable.Plain(), TestTable.Options()]), new() { MemoryLimitBytes = 1 << 24 });
        Assert.That(() => set["none"], Throws.InstanceOf<KeyNotFoundException>()
            .With.Message.Contains("'none'").And.Message.Contains("'plain', 'test'"));
        Assert.That(set.Tables.Select(t => t.Name), Is.EqualTo(new[] { "plain", "test" }));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static MemoryAccount Forget()
    {
        var memory = new TableMemory(new TableSchema([TestTable.Options()]), new() { MemoryLimitBytes = 1 << 26 });
        var table = new EmbeddingTable(TestTable.Options(), new(), memory, null);
        table.Assign(TestTable.Range(0, 50_000), new float[50_000 * table.Dimension], At.Seconds(0));
        Assert.That(memory.Account.Bytes, Is.Positive);
        return memory.Account;
    }
}
