using Parquet.Schema;

namespace Monolith.Embeddings.Parquet.Columns;

/// <summary>Finds columns by name: a column's own, or that of the list or group that it is the only leaf of.</summary>
internal static class ColumnChoice
{
    /// <exception cref="InvalidDataException">Some are not there, or are no single column; the message lists those that are.</exception>
    public static DataField[] Find(ParquetSchema schema, string[] names)
    {
        var all = schema.GetDataFields();
        var found = Array.ConvertAll(names, name => Array.FindAll(all, field => IsNamed(field, name)));
        var wrong = names.Where((_, i) => found[i].Length != 1).ToArray();
        if (wrong.Length > 0)
        {
            throw new InvalidDataException($"there is not just one column of the name {string.Join(", ", wrong.Select(Quote))}; "
                + $"it has {string.Join(", ", all.Select(field => Quote(Name(field))))}");
        }
        return Array.ConvertAll(found, fields => fields[0].MaxRepetitionLevel <= 1
            ? fields[0]
            : throw new InvalidDataException($"the column {Quote(Name(fields[0]))} holds lists of lists"));
    }

    private static bool IsNamed(DataField field, string name)
    {
        var path = Name(field);
        return path.StartsWith(name, StringComparison.Ordinal) && (path.Length == name.Length || path[name.Length] == '/');
    }

    private static string Name(DataField field) => string.Join('/', field.Path.ToList());

    private static string Quote(string name) => $"'{name}'";
}
