using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Rules;

public class NonFiniteGradientTests : LeakChecked
{
    [Test]
    public void Skipped_and_counted_by_default([Values(float.NaN, float.PositiveInfinity, float.NegativeInfinity)] float bad)
    {
        using var table = TestTable.Create(TestTable.Plain());
        Assert.That(table.ApplyGradients([1, 2, 3, 1], [1, 1, 2, bad, 3, 3, bad, 1], [], At.Seconds(5)), Is.EqualTo(2));
        Assert.That(TestTable.Read(table, 1, 2, 3), Is.EqualTo(new float[] { -1, -1, 0, 0, -3, -3 }));
        Assert.That((table.Contains(2), table.GetStatistics().NonFiniteGradients), Is.EqualTo((false, 2L)));
    }

    [Test]
    public void Thrown_before_anything_changed_where_the_policy_says_so()
    {
        using var table = TestTable.Create(TestTable.Plain(configure: o => o.NonFiniteGradients = NonFiniteGradients.Throw));
        Assert.That(() => table.ApplyGradients([11, 12, 13], [1, 1, 2, float.NaN, 3, 3], [], At.Seconds(5)),
            Throws.ArgumentException.With.Message.Contains("id 12").And.Message.Contains("position 1").And.Message.Contains("element 1"));
        Assert.That((table.Count, table.NewestEventTime.InSeconds()), Is.EqualTo((0L, 0u)));
        Assert.That(table.ApplyGradients([11], [1, 1], [], At.Seconds(5)), Is.EqualTo(1));
    }
}
