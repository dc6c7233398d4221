using Monolith.Embeddings.Exchange;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Tests.Snapshots.WarmStarting;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Exchange;

/// <summary>Rows as text.</summary>
public class TsvTests : LeakChecked
{
    [Test]
    public async Task A_row_is_a_line_with_digits_that_give_the_same_floats_back()
    {
        using var table = ExchangeTable.Create();
        table.Assign([-7], [0.1f, -1e-20f, 3], At.Seconds(1_700_000_000));
        using var text = new StringWriter();
        Assert.That(await TableExport.WriteTsvAsync(table, text), Is.EqualTo(1));
        Assert.That(text.ToString(), Is.EqualTo("id\tlast_update\tbias\tvector[0]\tvector[1]\n-7\t2023-11-14T22:13:20Z\t0.1\t-1E-20\t3\n"));
    }

    [Test]
    public async Task Ids_that_pack_slots_show_them()
    {
        using var table = TestTable.Create(TestTable.Plain(dimension: 1, configure: o => o.IdsCarrySlots = true));
        table.Assign([FeatureId.Of(12, 5)], [1], At.Seconds(0));
        using var text = new StringWriter();
        await TableExport.WriteTsvAsync(table, text);
        Assert.That(text.ToString(), Is.EqualTo($"id\tslot\tlast_update\tvector\n{FeatureId.Of(12, 5)}\t12\t1970-01-01T00:00:00Z\t1\n"));
    }

    [Test]
    public async Task No_more_rows_are_written_than_asked_for()
    {
        using var source = await WarmStartSource.MakeAsync();
        using var text = new StringWriter();
        Assert.That(await TableExport.WriteTsvAsync(source.Store, "users", text, new TsvExportOptions { MaxRows = 7 }), Is.EqualTo(7));
        Assert.That(await TableExport.WriteTsvAsync(source.Tables["users"], text, new TsvExportOptions { MaxRows = 5 }), Is.EqualTo(5));
        Assert.That(text.ToString().Split('\n'), Has.Length.EqualTo(8 + 6 + 1));
        Assert.That(OptionFailures.PathsOf(() => OptionErrors.ThrowIfInvalid(new TsvExportOptions { MaxRows = 0 })),
            Is.EqualTo(new[] { "MaxRows" }));
    }
}
