using System.Reflection;
using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Tests.Features;

/// <summary>An example that is appended to another batch takes all that it has with it.</summary>
public class AppendedExampleTests
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic;

    private readonly TestSchema _s = new();

    // Columns that are added later, too: a shuffle would lose what is not copied.
    [Test]
    public void Every_column_of_a_batch_is_copied()
    {
        var (from, to) = (OneRow(), new ExampleBatch(_s.Schema));
        var (columns, copies) = (ColumnsOf(from).ToList(), ColumnsOf(to).ToList());
        foreach (var (_, column) in columns)
        {
            var values = ValuesOf(column);
            values.SetValue(NoDefault(values.GetType().GetElementType()!), 0);
        }
        to.Append(from, 0);
        Assert.That(columns, Has.Count.GreaterThan(10));
        Assert.Multiple(() =>
        {
            for (var i = 0; i < columns.Count; i++)
                Assert.That(ValuesOf(copies[i].Column).GetValue(0), Is.EqualTo(ValuesOf(columns[i].Column).GetValue(0)), columns[i].Name);
        });
    }

    [Test]
    public void Features_are_copied_with_their_weights_and_what_was_shared_becomes_the_rows_own()
    {
        var from = new ExampleBatch(_s.Schema);
        from.Shared.Id(_s.User, 5).Dense(1, 0.5f);
        from.BeginExample().Ids(_s.Recent, [1, 2, 3]).Id(_s.Item, 9);
        from.EndRow();
        from.BeginExample().Id(_s.Recent, 4, 0.25f).Dense(0, 2);
        from.EndRow();
        var plain = OneRow();
        var to = new ExampleBatch(_s.Schema);
        to.Append(plain, 0);
        to.Append(from, 1);
        to.Append(from, 0);
        to.Append(plain, 0);
        Assert.Multiple(() =>
        {
            Assert.That(to.Rows, Is.EqualTo(4));
            Assert.That(to.Ids(_s.User).ToArray(), Is.EqualTo(new[] { 1, 5, 5, 1 }));
            Assert.That(to.Ids(_s.Item).ToArray(), Is.EqualTo(new[] { 2, 9, 2 }));
            Assert.That(to.Offsets(_s.Item).ToArray(), Is.EqualTo(new[] { 0, 1, 1, 2, 3 }));
            Assert.That(to.Ids(_s.Recent).ToArray(), Is.EqualTo(new[] { 7, 4, 1, 2, 3, 7 }));
            Assert.That(to.IdWeights(_s.Recent).ToArray(), Is.EqualTo(new[] { 1, 0.25f, 1, 1, 1, 1 }));
            Assert.That(to.IdWeights(_s.User).IsEmpty);
            Assert.That(to.IsLate.ToArray(), Is.EqualTo(new[] { true, false, false, true }));
            Assert.That(to.Dense.ToArray(), Is.EqualTo(new[] { 3, 0, 2, 0.5f, 0, 0.5f, 3, 0 }));
        });
    }

    private ExampleBatch OneRow()
    {
        var batch = new ExampleBatch(_s.Schema);
        batch.BeginExample().Id(_s.User, 1).Id(_s.Item, 2).Id(_s.Recent, 7).Dense(0, 3)
            .Delay(_s.Click, TimeSpan.FromSeconds(5)).Delay(_s.Like, TimeSpan.FromSeconds(6)).Served(new() { Position = 1 }).Late()
            .KeepRate(0.5f).ServedPrediction(_s.Click, 0.5f).ServedPrediction(_s.Like, 0.5f);
        batch.EndRow();
        return batch;
    }

    private static IEnumerable<(string Name, object Column)> ColumnsOf(ExampleBatch batch)
    {
        foreach (var field in typeof(ExampleBatch).GetFields(Hidden))
        {
            if (field.GetValue(batch) is not { } value) continue;
            object[] parts = value is Array { Rank: 1 } array ? [.. array.Cast<object>()] : [value];
            foreach (var part in parts)
            {
                if (part.GetType().Name is "RowColumn`1" or "OptionalColumn`1") yield return (field.Name, part);
            }
        }
    }

    private static Array ValuesOf(object column) => (Array)column.GetType().GetField("_values", Hidden)!.GetValue(column)!;

    private static object NoDefault(Type type)
    {
        if (type == typeof(bool)) return true;
        if (type == typeof(float)) return 0.25f;
        if (type.IsPrimitive) return Convert.ChangeType(3, type, null);
        var value = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var field in type.GetFields(Hidden)) field.SetValue(value, NoDefault(field.FieldType));
        return value;
    }
}
