using Parquet.Schema;

namespace Monolith.Embeddings.Parquet.Rows;

/// <summary>The columns of a file of rows. Made for one file: the schema that it joins writes into a field.</summary>
internal sealed class RowForm
{
    public const string IdName = "id", WeightsName = "weights", LastUpdateName = "last_update";

    public RowForm()
    {
        Schema = new ParquetSchema(Id, LastUpdate, new ListField(WeightsName, Weight));
    }

    public DataField Id { get; } = new DataField<long>(IdName);

    public DataField LastUpdate { get; } = new DataField<uint>(LastUpdateName);

    public DataField Weight { get; } = new DataField<float>("element", false);

    public ParquetSchema Schema { get; }
}
