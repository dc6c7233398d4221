using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Concurrency;

public class MovingArraysTests : LeakChecked
{
    private const int Ids = 512, Batches = 300;

    [Test]
    public void What_a_batch_is_given_may_move_in_memory_while_it_runs()
    {
        using var table = TestTable.Create(TestTable.Plain(stripes: 4, dimension: 1, options =>
        {
            for (var i = 0; i < 8; i++)
                options.Segments.Add(new SegmentOptions { Name = $"{i}", Dimension = 1, Optimizer = new SgdOptions { LearningRate = 1 } });
        }));
        var garbage = new Queue<byte[]>();
        Crowd.RunUntilDone([Learn], [Compact]);

        void Learn()
        {
            var expected = new float[Ids * 9];
            for (var batch = 1; batch <= Batches; batch++)
            {
                garbage.Enqueue(new byte[10000 + batch % 500]);
                if (garbage.Count > 3) garbage.Dequeue();
                var ids = TestTable.Range(0, Ids);
                float[] gradients = [.. Enumerable.Range(0, Ids * 9).Select(i => (float)((i * 7 + batch) % 13))];
                for (var i = 0; i < expected.Length; i++) expected[i] -= gradients[i];
                table.ApplyGradients(ids, gradients, [], eventTime: At.Seconds(1));
                if (batch % 16 == 0) Assert.That(TestTable.Read(table, ids).AsSpan().SequenceEqual(expected), $"after batch {batch}");
            }
        }
    }

    // The sleep lets the other thread get on between two collections.
    private static void Compact()
    {
        GC.Collect(0, GCCollectionMode.Forced, blocking: true, compacting: true);
        Thread.SpinWait(1000);
    }
}
