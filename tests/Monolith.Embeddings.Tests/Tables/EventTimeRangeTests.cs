using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables;

/// <summary>Rows keep whole seconds from 1970 to 2106; what they cannot keep is refused before anything changed.</summary>
public class EventTimeRangeTests : LeakChecked
{
    private static readonly DateTimeOffset[] Outside =
    [
        default, DateTimeOffset.UnixEpoch.AddTicks(-1), At.Seconds(uint.MaxValue + 1L), DateTimeOffset.MaxValue,
    ];

    [Test]
    public void Fractions_of_a_second_are_rounded_down()
    {
        using var table = Table();
        table.Assign([1], [1], At.Seconds(100).AddTicks(TimeSpan.TicksPerSecond - 1));
        Assert.That((table.NewestEventTime, table.Explain(1).LastUpdate), Is.EqualTo((At.Seconds(100), (DateTimeOffset?)At.Seconds(100))));
        table.Assign([1], [1], At.Seconds(uint.MaxValue).AddTicks(TimeSpan.TicksPerSecond - 1));
        Assert.That(table.NewestEventTime, Is.EqualTo(At.Seconds(uint.MaxValue)));
    }

    [Test]
    public void A_time_is_the_same_in_any_zone()
    {
        using var table = Table();
        table.Assign([1], [1], new DateTimeOffset(2024, 5, 1, 1, 30, 0, TimeSpan.FromHours(-7)));
        Assert.That(table.NewestEventTime.ToString("u"), Is.EqualTo("2024-05-01 08:30:00Z"));
        Assert.That(table.NewestEventTime.Offset, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void No_verb_takes_a_time_that_rows_cannot_keep([ValueSource(nameof(Outside))] DateTimeOffset eventTime)
    {
        using var table = Table();
        table.Assign([1], [1], At.Seconds(100));
        var row = table.Explain(1).ToString();
        AssertRefused(
            eventTime, () => table.Assign([1, 2], [5, 5], eventTime), () => table.AssignAdd([1, 2], [5, 5], eventTime),
            () => table.LookupOrAdmit([1, 2], [], new float[2], eventTime), () => table.ApplyGradients([1, 2], [5, 5], [], eventTime),
            () => table.ApplyGradients([1, 2], [5, 5], [], eventTime, 7), () => table.SetEventTimeBack(eventTime));
        Assert.That((table.Count, table.NewestEventTime, table.Explain(1).ToString()), Is.EqualTo((1L, At.Seconds(100), row)));
    }

    [Test]
    public void Rows_with_times_of_their_own_are_refused_whole_where_one_does_not_fit()
    {
        using var time = new ManualTime(At.Seconds(1_700_000_000));
        using var table = new EmbeddingTable(TestTable.Plain(4, 1), timeProvider: time);
        var latest = table.LatestEventTime.ToUnixTimeMilliseconds() + 999;
        table.Assign([1], [1], [1_600_000_000_999]);
        var row = table.Explain(1).ToString();
        Assert.Multiple(() =>
        {
            foreach (var wrong in new[] { -1, latest + 1, long.MaxValue, long.MinValue })
            {
                Assert.That(() => table.Assign([1, 2], [5, 5], [5000, wrong]),
                    Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains($"{wrong} is no event time"));
            }
            Assert.That(() => table.Assign([1, 2], [5, 5], [5000L]), Throws.ArgumentException.With.Message.Contains("2 ids need 2 times"));
            Assert.That(() => table.Assign([1, 2], [5, float.NaN], [5000L, 5000L]), Throws.ArgumentException.With.Message.Contains("NaN"));
        });
        Assert.That((table.Count, table.NewestEventTime, table.Explain(1).ToString()), Is.EqualTo((1L, At.Seconds(1_600_000_000), row)));

        Assert.That(table.Assign([2, 3], [5, 5], [0, latest]), Is.EqualTo(2));
        Assert.That(table.NewestEventTime, Is.EqualTo(table.LatestEventTime));
        Assert.That(table.Explain(3).LastUpdate, Is.EqualTo(table.LatestEventTime));
    }

    [Test]
    public void No_layer_takes_one([ValueSource(nameof(Outside))] DateTimeOffset eventTime)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("items", row => row.Vector(2, new SgdOptions()));
        var item = builder.Slot("item", "items");
        var schema = builder.Build();
        using var tables = new EmbeddingTableSet(schema);
        var (layer, batch) = (new EmbeddingLayer(tables, schema), new FeatureBatch(schema));
        batch.BeginRow().Id(item, 7);
        batch.EndRow();
        layer.LookupOrAdmit(batch, At.Seconds(1), step: 0);
        var gradients = new FeatureBlocks(schema.Layout);
        gradients.Resize(1);
        AssertRefused(
            eventTime, () => layer.LookupOrAdmit(batch, eventTime, 1), () => layer.ApplyGradients(gradients, eventTime, 1),
            () => tables.SetEventTimeBack(eventTime));
        Assert.That(tables.Tables[0].NewestEventTime, Is.EqualTo(At.Seconds(1)));
    }

    [Test]
    public void What_plug_ins_are_told_holds_none([ValueSource(nameof(Outside))] DateTimeOffset time)
    {
        using var filter = new MinOccurrencesOptions(2).Create(new AdmissionContext(1, "test"));
        AssertRefused(
            time, () => _ = new RowMetadata(1, time), () => _ = new RowMetadata(1, At.Seconds(1), 0, time),
            () => _ = new ExpiryTime { NewestEventTime = time, Clock = At.Seconds(1) },
            () => _ = new ExpiryTime { NewestEventTime = At.Seconds(1), Clock = time },
            () => _ = new AdmissionRequest { Id = 1, MixedId = 1, Count = 1, EventTime = time, Step = 0 }, () => filter.Forget(time));
    }

    [Test]
    public void A_policy_may_forget_up_to_any_time()
    {
        Assert.That(EventSeconds.OfBound(null), Is.Null);
        Assert.That(EventSeconds.OfBound(DateTimeOffset.UnixEpoch.AddTicks(-1)), Is.Null, "no id was seen then");
        Assert.That(EventSeconds.OfBound(DateTimeOffset.UnixEpoch), Is.EqualTo(0));
        Assert.That(EventSeconds.OfBound(At.Seconds(7).AddMilliseconds(999)), Is.EqualTo(7));
        Assert.That(EventSeconds.OfBound(DateTimeOffset.MaxValue), Is.EqualTo(uint.MaxValue));
    }

    private static EmbeddingTable Table() =>
        new(TestTable.Plain(4, 1), new() { RefuseFutureEventTimes = false, EventTimeConfirmations = 1 });

    private static void AssertRefused(DateTimeOffset time, params Action[] calls)
    {
        for (var i = 0; i < calls.Length; i++)
        {
            Assert.That(() => calls[i](), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains($"{time:O}")
                .And.Message.Contains("1970-01-01").And.Message.Contains("2106-02-07T06:28:15"), $"call {i}");
        }
    }
}
