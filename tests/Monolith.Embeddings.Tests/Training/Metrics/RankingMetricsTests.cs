using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Metrics;

public class RankingMetricsTests
{
    // Ranks 1, 3, 10 and a cold one. By hand: at 3, hits 2 of 4; NDCG (1 + 1/2) / 4, since 1/log2(4) = 1/2; MRR (1 + 1/3) / 4.
    [Test]
    public void Few_ranks_give_what_the_formulas_say_by_hand()
    {
        var metrics = new RankingMetrics(10, 1, 3, 3);
        metrics.Add([1, 3, 10]);
        metrics.AddCold();
        var total = metrics.Total();
        Assert.That((total.Events, total.ColdEvents), Is.EqualTo((4L, 1L)));
        Assert.That(total.At.Select(at => at.K), Is.EqualTo(new[] { 1, 3, 10 }));
        Assert.That(total.At.Select(at => at.Recall), Is.EqualTo(new[] { 0.25, 0.5, 0.75 }));
        Assert.That(total.At.Select(at => at.Ndcg), Is.EqualTo(new[] { 0.25, 0.375, (1.5 + 0.28906482631788788) / 4 }).Within(1e-12));
        Assert.That(total.At.Select(at => at.Mrr), Is.EqualTo(new[] { 0.25, 4 / 12.0, (1 + 1 / 3.0 + 0.1) / 4 }).Within(1e-12));
    }

    [Test]
    public void A_window_begins_anew_and_the_total_goes_on()
    {
        var metrics = new RankingMetrics(2);
        metrics.Add(1);
        metrics.ClearWindow();
        Assert.That(metrics.Window().At[0].Recall, Is.NaN);
        metrics.Add(5);
        Assert.That((metrics.Window().Events, metrics.Window().At[0].Recall), Is.EqualTo((1L, 0.0)));
        Assert.That((metrics.Total().Events, metrics.Total().At[0].Recall), Is.EqualTo((2L, 0.5)));
    }

    [Test]
    public void What_was_saved_is_loaded_and_other_k_begin_anew()
    {
        var metrics = new RankingMetrics(1, 20);
        metrics.Add([1, 2, 7, 30]);
        metrics.AddCold();
        var bytes = metrics.Save();
        var (same, other) = (new RankingMetrics(20, 1), new RankingMetrics(20));
        same.Load(bytes);
        other.Load(bytes);
        Assert.That(same.Total().ToString(), Is.EqualTo(metrics.Total().ToString()));
        Assert.That(same.Total().At, Is.EqualTo(metrics.Total().At));
        Assert.That((same.Window().Events, other.Total().Events), Is.EqualTo((0L, 0L)));
        Assert.That(() => same.Load(bytes.AsSpan(0, bytes.Length - 1)), Throws.InstanceOf<InvalidDataException>());
    }

    [Test]
    public void The_rank_among_candidates_is_that_of_sorting_them()
    {
        var random = new Random(4);
        for (var round = 0; round < 300; round++)
        {
            long[] ids = [.. Enumerable.Range(-10, 20).Select(i => i * (long.MaxValue / 11)).OrderBy(_ => random.Next())];
            float[] scores = [.. ids.Select(_ => random.Next(5) is var s && s == 4 ? float.NaN : s * 0.5f)];
            var item = ids[random.Next(ids.Length)];
            var sorted = ids.Zip(scores).OrderBy(c => float.IsNaN(c.Second)).ThenByDescending(c => c.Second).ThenBy(c => c.First).ToList();
            Assert.That(RankingMetrics.RankOf(ids, scores, item), Is.EqualTo(1 + sorted.FindIndex(c => c.First == item)));
        }
    }

    [Test]
    public void Arguments_that_mean_nothing_are_refused()
    {
        Assert.That(() => new RankingMetrics(), Throws.ArgumentException);
        Assert.That(() => new RankingMetrics(5, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new RankingMetrics(5).Add(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => RankingMetrics.RankOf([1, 2], [1], 1), Throws.ArgumentException);
        Assert.That(() => RankingMetrics.RankOf([1, 2], [1, 1], 3), Throws.ArgumentException.With.Message.Contains("Item 3"));
    }
}
