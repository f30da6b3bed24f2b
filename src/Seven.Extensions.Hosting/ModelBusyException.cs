namespace Seven.Extensions.Hosting;

/// <summary>More texts wait for a model than its options allow. A service answers with 429, or tries again later.</summary>
public sealed class ModelBusyException : Exception
{
    internal ModelBusyException(string name, int waiting, int added, int most)
        : base($"{waiting} texts wait for the model '{name}' and {added} more were given; expected at most {most} together.")
    {
    }
}
