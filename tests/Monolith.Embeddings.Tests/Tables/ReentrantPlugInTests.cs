using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables;

/// <summary>Plug-ins get values, never the table: one that calls back is refused instead of deadlocking or tearing a row.</summary>
public class ReentrantPlugInTests : LeakChecked
{
    private static IEnumerable<TestCaseData> Calls =>
    [
        new TestCaseData((EmbeddingTable t) => { t.Lookup([1L], new float[2]); }).SetArgDisplayNames("Lookup"),
        new TestCaseData((EmbeddingTable t) =>
            { t.ApplyGradients([1L], new float[2], [], At.Seconds(0)); }).SetArgDisplayNames("ApplyGradients"),
        new TestCaseData((EmbeddingTable t) => { t.Remove(1); }).SetArgDisplayNames("Remove"),
        new TestCaseData((EmbeddingTable t) => { t.Evict(); }).SetArgDisplayNames("Evict"),
        new TestCaseData((EmbeddingTable t) => t.Clear()).SetArgDisplayNames("Clear"),
        new TestCaseData((EmbeddingTable t) => t.Dispose()).SetArgDisplayNames("Dispose"),
        new TestCaseData((EmbeddingTable t) => { t.GetStatistics(); }).SetArgDisplayNames("GetStatistics"),
    ];

    [TestCaseSource(nameof(Calls))]
    public void A_plug_in_that_calls_back_is_refused(Action<EmbeddingTable> call)
    {
        var hooks = new PlugIns();
        using var table = TestTable.Create(TestTable.Plain(4, 2, o =>
        {
            o.Segments[0].Optimizer = hooks.Optimizer;
            o.Segments[0].Initializer = hooks.Initializer;
            o.Admission = hooks.Admission;
            o.Expiry = hooks.Expiry;
        }));
        table.Assign([1], [1, 2], At.Seconds(0));
        hooks.OnApply = _ => call(table);
        AssertRefused(() => table.ApplyGradients([1], [1, 1], [], At.Seconds(0)));
        hooks.OnInitialize = _ => call(table);
        AssertRefused(() => table.LookupOrAdmit([2], [], new float[2], At.Seconds(0)));
        hooks.OnAdmit = _ =>
        {
            call(table);
            return true;
        };
        AssertRefused(() => table.LookupOrAdmit([3], [], new float[2], At.Seconds(0)));
        hooks.OnIsExpired = _ =>
        {
            call(table);
            return true;
        };
        Assert.That(() => table.Evict(), Throws.InvalidOperationException.With.Message.Contains("called back"));
        Assert.That((table.Count, TestTable.Read(table, 1)), Is.EqualTo((1L, new float[] { 1, 2 })));
    }

    [TestCaseSource(nameof(Calls))]
    public void A_policy_that_calls_back_at_the_limit_is_refused(Action<EmbeddingTable> call)
    {
        var hooks = new PlugIns();
        using var table = TestTable.Create(
            TestTable.Plain(4, 2, o => (o.MaxRows, o.AtLimit, o.Segments[0].Optimizer) = (2, hooks.AtLimit, hooks.Optimizer)));
        table.Assign([1, 2], [1, 2, 3, 4], At.Seconds(0));
        hooks.OnScore = _ =>
        {
            call(table);
            return 0;
        };
        AssertRefused(() => table.Assign([3], [5, 6], At.Seconds(0)));
        // And an optimizer whose own batch holds the last room.
        hooks.OnApply = _ => call(table);
        AssertRefused(() => table.ApplyGradients([1, 1, 2], new float[6], [], At.Seconds(0)));
        Assert.That((table.Count, TestTable.Read(table, 1, 2)), Is.EqualTo((2L, new float[] { 1, 2, 3, 4 })));
        (hooks.OnScore, hooks.OnApply) = (row => row.Id, _ => { });
        Assert.That((table.Assign([3], [5, 6], At.Seconds(0)), table.Contains(1)), Is.EqualTo((1, false)));
    }

    private static void AssertRefused(Action call)
    {
        var interruption = Assert.Throws<BatchInterruptedException>(() => call());
        Assert.That(interruption?.InnerException, Is.InstanceOf<InvalidOperationException>().With.Message.Contains("called back"));
    }
}
