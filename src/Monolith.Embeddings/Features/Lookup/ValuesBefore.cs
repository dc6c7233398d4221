using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Features.Lookup;

/// <summary>The rows of the batch that was learned last, as they were before its gradients, of each table.</summary>
/// <param name="names">The names of the tables, in the order of the schema.</param>
internal sealed class ValuesBefore(IReadOnlyList<string> names)
{
    // A batch has fewer ids and dimensions than that.
    private const int MostTables = 1 << 20, MostNameBytes = 1 << 16;

    private readonly TableValuesBefore[] _tables = [.. names.Select(_ => new TableValuesBefore())];

    /// <summary>There are none, so that the next batch reads rows as they are.</summary>
    public void Clear()
    {
        foreach (var table in _tables) table.Clear();
    }

    /// <summary>Takes those of a batch that was looked up and not applied yet.</summary>
    public void Take(EmbeddingLayer layer)
    {
        for (var i = 0; i < _tables.Length; i++) _tables[i].Take(layer.TableInputs[i], layer.Late[i]);
    }

    /// <summary>Gives them to a batch that was read after the gradients, and finds its late ids.</summary>
    public void GiveTo(EmbeddingLayer layer)
    {
        for (var i = 0; i < _tables.Length; i++)
        {
            _tables[i].GiveTo(layer.TableInputs[i]);
            layer.Late[i].Collect(_tables[i].Unique);
        }
    }

    public void Save(FieldWriter fields)
    {
        fields.Int32(_tables.Length);
        for (var i = 0; i < _tables.Length; i++)
        {
            fields.Text(names[i], MostNameBytes);
            _tables[i].Save(fields);
        }
    }

    /// <summary>Takes what <see cref="Save"/> wrote; what it has of tables that are gone is passed over.</summary>
    /// <param name="fields">Reads it.</param>
    /// <param name="layer">Says what the rows of the tables are.</param>
    /// <exception cref="FormatException">It is of other rows.</exception>
    public void Load(ref FieldReader fields, EmbeddingLayer layer)
    {
        Clear();
        var tables = fields.Count(MostTables, "tables");
        for (var i = 0; i < tables; i++)
        {
            var name = fields.Text(MostNameBytes);
            var at = IndexOf(name);
            if (at < 0) new TableValuesBefore().Load(ref fields, name, input: null);
            else _tables[at].Load(ref fields, name, layer.TableInputs[at]);
        }
    }

    private int IndexOf(string name)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == name) return i;
        }
        return -1;
    }
}
