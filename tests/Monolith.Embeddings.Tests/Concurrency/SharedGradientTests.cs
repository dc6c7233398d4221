using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Concurrency;

public class SharedGradientTests : LeakChecked
{
    [Test]
    public void Every_gradient_counts_once_however_many_threads_apply()
    {
        const int Threads = 4, Rounds = 150;
        using var table = TestTable.Create(TestTable.Plain(8, 2));
        long[] ids = TestTable.Range(0, 2000);
        float[] ones = [.. Enumerable.Repeat(-1f, ids.Length * 2)];
        Crowd.Run([.. Enumerable.Repeat(() =>
        {
            for (var i = 0; i < Rounds; i++) table.ApplyGradients(ids, ones, [], At.Seconds((uint)i));
        }, Threads)]);
        Assert.That(TestTable.Read(table, ids), Is.All.EqualTo((float)(Threads * Rounds)));
        Assert.That(table.GetStatistics().Created, Is.EqualTo(ids.Length));
    }
}
