using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Observing;

/// <summary>What a table logs.</summary>
public class TableLogTests : LeakChecked
{
    [Test]
    public void A_table_that_is_full_says_so_once_an_hour()
    {
        var (log, time) = (new FakeLogger(), new ManualTime());
        var options = new EmbeddingTableOptions { Name = "items", MaxRows = 10, Stripes = 1 };
        options.Segments.Add(new SegmentOptions { Name = "vector", Dimension = 2, Optimizer = new SgdOptions() });
        using var table = new EmbeddingTable(options, new() { MemoryLimitBytes = 1 << 20, Logger = log }, time);
        for (var hour = 0; hour < 3; hour++)
        {
            for (var batch = 0; batch < 50; batch++) table.LookupOrAdmit([batch], [], new float[2], At.Seconds(1));
            time.Advance(TimeSpan.FromHours(1));
        }
        var told = log.Collector.GetSnapshot();
        Assert.That(told.Select(r => (r.Id.Id, r.Level)), Is.EqualTo(Enumerable.Repeat((1000, LogLevel.Warning), 3)));
        Assert.That(told[0].Message, Does.Contain("'items'").And.Contain("10 rows").And.Contain("10 would fit without"));
    }
}
